/** The bed's own small branch: a flow with a menu, two agents in one queue, an owner, one E1. Short times, so that a test is short. */

export function bedDocument({ gateway }: { gateway: string }): object {
  return {
    schema: 'branchline.branch/1',
    site: {
      id: 'test-branch',
      name: { zh: '测试店', en: 'Test branch' },
      country: 'CN',
      timezone: 'Asia/Shanghai',
      language: 'en',
      emergency: { notify: ['front-desk'] },
    },
    // Nobody outside is asked the time.
    clock: { servers: ['127.0.0.1:9'] },
    gateways: { 'e1-main': { kind: 'e1', address: gateway } },
    trunks: { pstn: { gateway: 'e1-main', channels: 30, numbers: ['+86 571 8600 1000..1029'] } },
    routes: [
      { to: 'emergency', via: ['pstn'] },
      { to: ['national', 'mobile'], via: ['pstn'], 'caller-id': 'main' },
    ],
    numbers: {
      main: { number: '+86 571 8600 1000', to: 'flow welcome' },
      service: { number: '+86 571 8600 1001', to: 'queue service' },
      owner: { number: '+86 571 8600 1029', to: 'extension 8001' },
    },
    people: {
      'wang.fang': {
        name: { zh: '王芳', en: 'Wang Fang' },
        extension: 8001,
        phones: ['desk-1'],
        groups: ['front-desk'],
      },
      'li.lei': {
        name: { zh: '李雷', en: 'Li Lei' },
        extension: 8002,
        phones: ['desk-2'],
        agent: { queues: ['service'] },
      },
      'han.mei': {
        name: { zh: '韩梅', en: 'Han Mei' },
        extension: 8003,
        phones: ['desk-3'],
        agent: { queues: ['service'] },
      },
    },
    phones: { 'desk-1': {}, 'desk-2': {}, 'desk-3': {} },
    flows: {
      welcome: [
        { play: 'welcome' },
        {
          menu: 'main-menu',
          digits: { 1: 'queue service', 0: 'extension 8001' },
          none: 'queue service',
          wait: '2s',
          tries: 1,
        },
      ],
    },
    queues: { service: { order: 'linear', ring: '10s', 'wrap-up': '1s' } },
    recording: { default: 'always', announce: false },
    survival: { ring: 'front-desk', for: '30s' },
  };
}
