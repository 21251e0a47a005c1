/** 网络：网点的对外线路。 */
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
} as const;
