/** A branch with three agents and somebody to hand calls on to; short times, so that much happens in a minute. */

export function busyDocument({ gateway }: { gateway: string }): object {
  const agent = (extension: number, phone: string): object => ({
    name: { zh: phone, en: phone },
    extension,
    phones: [phone],
    agent: { queues: ['service'] },
  });
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
      'li.lei': agent(8002, 'desk-2'),
      'han.mei': agent(8003, 'desk-3'),
      'zhao.min': agent(8004, 'desk-4'),
    },
    phones: { 'desk-1': {}, 'desk-2': {}, 'desk-3': {}, 'desk-4': {} },
    flows: {
      welcome: [
        { play: 'welcome' },
        {
          menu: 'main-menu',
          digits: { 1: 'queue service', 0: 'extension 8001' },
          none: 'queue service',
          wait: '1s',
          tries: 1,
        },
      ],
    },
    queues: { service: { order: 'longest-idle', ring: '20s', 'wrap-up': '1s' } },
    recording: { default: 'always', announce: false },
    survival: { ring: 'front-desk', for: '30s' },
  };
}
