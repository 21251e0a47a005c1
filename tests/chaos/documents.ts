/** A branch with three agents or more and somebody to hand calls on to; short times, so that much happens in a minute. */

const NAMES = ['li.lei', 'han.mei', 'zhao.min'];

export interface BusyOrder {
  /** Three have names; the others are numbered. */
  readonly agents: number;
  /** Of the gateway. */
  readonly channels: number;
}

/** Telephones of the agents; that of who is handed calls on to is desk-1. */
export const agentPhones = (agents: number): string[] =>
  Array.from({ length: agents }, (_, index) => `desk-${index + 2}`);

export const busyDocument =
  ({ agents, channels }: BusyOrder) =>
  ({ gateway }: { gateway: string }): object => {
    const agent = (extension: number, phone: string): object => ({
      name: { zh: phone, en: phone },
      extension,
      phones: [phone],
      agent: { queues: ['service'] },
    });
    const phones = agentPhones(agents);
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
      trunks: { pstn: { gateway: 'e1-main', channels, numbers: ['+86 571 8600 1000..1029'] } },
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
        ...Object.fromEntries(
          phones.map((phone, index) => [NAMES[index] ?? `agent-${index + 1}`, agent(8002 + index, phone)]),
        ),
      },
      phones: Object.fromEntries(['desk-1', ...phones].map((phone) => [phone, {}])),
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
  };
