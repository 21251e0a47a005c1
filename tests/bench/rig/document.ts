/** The branch that is measured: ten agents in one queue, a number for each way a call can take. */

export const NUMBERS = {
  queue: '057186001001',
  extension: '057186001002',
  recorded: '057186001003',
} as const;

/** Of every branch that is measured. */
export const SITE = {
  id: 'bench',
  name: { zh: '测速店', en: 'Bench' },
  country: 'CN',
  timezone: 'Asia/Shanghai',
  language: 'en',
};

export const phoneNames = (agents: number): string[] =>
  Array.from({ length: agents }, (_, i) => `desk-${i + 1}`);

export interface DocumentOrder {
  readonly gateway: string;
  readonly agents: number;
}

/** The queue is never recorded, `recorded` leads to one that is; `extension` rings the first agent's phone. */
export function benchDocument({ gateway, agents }: DocumentOrder): object {
  const phones = phoneNames(agents);
  const people = phones.map((phone, index): [string, object] => [
    `agent.${letters(index)}`,
    {
      name: { zh: `坐席 ${index + 1}`, en: `Agent ${index + 1}` },
      extension: 8001 + index,
      phones: [phone],
      agent: { queues: ['service', 'recorded'] },
    },
  ]);
  const queue = { order: 'longest-idle', ring: '15s', 'wrap-up': '0s' };
  return {
    schema: 'branchline.branch/1',
    site: SITE,
    gateways: { 'e1-main': { kind: 'e1', address: gateway } },
    trunks: { pstn: { gateway: 'e1-main', channels: 120, numbers: ['+86 571 8600 1000..1029'] } },
    routes: [{ to: ['national', 'mobile'], via: ['pstn'] }],
    numbers: {
      queue: { number: '+86 571 8600 1001', to: 'queue service' },
      extension: { number: '+86 571 8600 1002', to: 'extension 8001' },
      recorded: { number: '+86 571 8600 1003', to: 'queue recorded' },
    },
    people: Object.fromEntries(people),
    phones: Object.fromEntries(phones.map((phone) => [phone, {}])),
    queues: { service: { ...queue, recording: 'never' }, recorded: { ...queue, recording: 'always' } },
    recording: { default: 'never', announce: false },
  };
}

const letters = (index: number): string =>
  String.fromCharCode(97 + Math.floor(index / 26)) + String.fromCharCode(97 + (index % 26));
