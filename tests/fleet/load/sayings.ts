/** What simulated boxes say, as text that is made once for all of them. */
import { readYaml } from '@branchline/runtime/yaml-text';

/** Documents that differ in nothing but their box's name are parsed once. */
const parsed = new Map<string, string>();
const MOST_PARSED = 100;
const PLACE = '{box}';

/** The document as JSON. @throws for a text that is no YAML: a box has none such in force. */
export function parsedText(box: string, source: string): string {
  const form = source.replaceAll(box, PLACE);
  let known = parsed.get(form);
  if (known === undefined) {
    const read = readYaml(form.replaceAll(PLACE, 'a-box'));
    if (!read.ok) throw new Error(`the document of ${box} cannot be read`);
    known = JSON.stringify(read.value).replaceAll('a-box', PLACE);
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(form, known);
  }
  return known.replaceAll(PLACE, box);
}

/** Four telephones, one line, nothing wrong. */
export function healthText(at: string): string {
  return health.replaceAll('{at}', at);
}

const health = JSON.stringify({
  v: 1,
  at: '{at}',
  uptimeS: 86_400,
  cpu: { percent: 4, load1: 0.2, cores: 2 },
  memory: { totalMb: 2_048, usedPercent: 20, serviceMb: 107, engineMb: 63 },
  disks: [{ mount: '/', totalMb: 29_000, usedPercent: 14 }],
  temperatureC: 47,
  engine: { state: 'up', version: '22.10.1', since: '{at}', optionsMs: 1 },
  phones: [1, 2, 3, 4].map((phone) => ({ name: `desk-${phone}`, reachable: true, since: '{at}' })),
  trunks: [{ name: 'pstn', state: 'up', since: '{at}', calls: 0, channels: 30 }],
  uplink: { connected: true, since: '{at}', outbox: 0 },
  calls: 0,
});

/** The document of a small branch; `ring` is what a change changes. */
export const branchOf = (box: string, ring = '15s'): string => `# ${box}
schema: branchline.branch/1
site: { id: ${box}, name: { zh: 店, en: Shop }, country: CN, timezone: Asia/Shanghai, language: en }
gateways:
  e1: { kind: e1, model: generic-e1, address: 127.0.0.11 }
trunks:
  pstn: { gateway: e1, channels: 30, numbers: ['+86 571 8600 1000'] }
routes: [{ to: emergency, via: [pstn] }]
numbers:
  main: { number: '+86 571 8600 1000', to: queue service }
people:
  li.lei: { name: { zh: 李雷, en: Li Lei }, extension: 8002, phones: [desk-1], agent: { queues: [service] } }
phones: { desk-1: {}, desk-2: {}, desk-3: {}, desk-4: {} }
queues:
  service: { ring: ${ring} }
`;
