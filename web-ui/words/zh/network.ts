/** 网络：网点的对外线路；以及时钟与时间服务器的比对。 */
export const network = {
  network: {
    title: '网络',
    headquarters: '到总部',
    trunk: '到线路 {{name}}',
    state: {
      unknown: '测量中',
      good: '良好',
      poor: '质量差',
      unreachable: '没有应答',
    },
    latency: '往返 {{ms}} 毫秒',
    jitter: '抖动 {{ms}} 毫秒',
    loss: '丢包 {{percent}}',
    reason: { latency: '延迟大', jitter: '抖动大', loss: '丢包' },
  },
  clock: {
    title: '时钟',
    state: { right: '准确', off: '不准', unknown: '未比对' },
    ahead: '快 {{time}}',
    behind: '慢 {{time}}',
    by: '依据 {{server}}',
    because: {
      'no-servers': '没有时间服务器：请在网点文档的 clock 中填写',
      'no-answer': '时间服务器没有应答',
    },
  },
} as const;
