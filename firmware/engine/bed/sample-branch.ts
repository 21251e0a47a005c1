/** A small branch for tests: two gateways, two people with a phone each, one recorded queue. */
import type { Branch } from '@branchline/contracts/branch/model';
import { resolveBranch } from '@branchline/contracts/branch/resolve';

export const SAMPLE_SECRETS = { 'yealink-01': 'first-secret', 'yealink-02': 'second-secret' };

export const SAMPLE_DOCUMENT = {
  schema: 'branchline.branch/1',
  site: {
    id: 'hangzhou-west',
    name: { zh: '杭州西湖店', en: 'Hangzhou West' },
    country: 'CN',
    timezone: 'Asia/Shanghai',
  },
  gateways: {
    'e1-main': { kind: 'e1', address: '127.0.0.11:5060' },
    'fxo-1': { kind: 'fxo', address: '127.0.0.12:5060' },
  },
  trunks: {
    pstn: { gateway: 'e1-main', channels: 30, numbers: ['+86 571 8600 1000..1029'] },
    copper: { gateway: 'fxo-1', channels: 4, numbers: ['+86 571 8600 1100'] },
  },
  routes: [
    { to: 'emergency', via: ['pstn', 'copper'] },
    { to: ['national', 'mobile'], via: ['pstn'], 'caller-id': 'main' },
  ],
  numbers: {
    main: { number: '+86 571 8600 1000', to: 'queue service' },
    owner: { number: '+86 571 8600 1029', to: 'extension 8001' },
  },
  people: {
    'wang.fang': { name: '王芳', extension: 8001, phones: ['yealink-01'], groups: ['front-desk'] },
    'li.lei': { name: '李雷', extension: 8002, phones: ['yealink-02'], agent: { queues: ['service'] } },
  },
  phones: { 'yealink-01': {}, 'yealink-02': {} },
  queues: { service: {} },
  voicemail: { shop: { name: 'Shop', people: ['wang.fang'] } },
};

/** With gateways at other places, where a test has peers of its own. */
export function sampleBranch(gateways: Readonly<Record<string, string>> = {}): Branch {
  const document = structuredClone(SAMPLE_DOCUMENT);
  for (const [name, address] of Object.entries(gateways)) {
    document.gateways[name as keyof typeof document.gateways].address = address;
  }
  const resolved = resolveBranch(document);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
  return resolved.branch;
}
