/**
 * `npm run fleet [-- N]`: N simulated boxes (200 when not said) at the headquarters of this desk, each with a certificate and a document of
 * its own, until it is ended (Ctrl-C). They speak the real contract and have no telephony: what they tell of lines and telephones follows
 * from their document.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '@branchline/runtime/clock';
import { FleetSimBox, type Manner } from '../../tests/fleet/box.ts';
import { contextsFor } from '../../tests/fleet/identities.ts';
import { HqSession } from './hq-session.ts';
import { knownLabFile } from './lab-site.ts';
import { desk, places } from './places.ts';

const MOST = 1_000;
const TENANT = 'main';
const HEALTH_MS = 10_000;
/** A real box watches a document for minutes; these are for a person who looks on. */
const TRY_MS = 5_000;
/** Handled at the same time while the fleet comes up. */
const AT_ONCE = 20;
/** What a change must do to hurt: a service queue that rings each of its agents for so long costs one box in ten its telephones. */
const HURTS = 'ring: 99s';

const { positionals } = parseArgs({ allowPositionals: true });
const count = Number(positionals[0] ?? 200);
const lab = knownLabFile();
if (!Number.isInteger(count) || count < 1 || count > MOST)
  fail(`'${positionals[0] ?? ''}' is no number of boxes: give 1 to ${MOST}.`);
if (lab?.headquarters.password === undefined) fail('Nothing runs on this desk: type npm start first.');
const headquarters = await HqSession.open(lab.headquarters.url, lab.headquarters.password).catch(
  (cause: unknown) =>
    fail(`Headquarters does not let this in: ${String(cause)}. Does it run? npm start starts it.`),
);

const names = Array.from({ length: count }, (_, index) => `shop-${String(index + 1).padStart(3, '0')}`);
const contexts = await contextsFor(join(places.headquarters, 'identity'), TENANT, names);
const boxes: FleetSimBox[] = [];
await inTurns(names, async (name, index) => {
  const context = contexts.get(name);
  if (!context) throw new Error(`no certificate for ${name}`);
  const known = await headquarters.documentOf(name);
  const source = known ?? documentOf(name, index);
  const box = new FleetSimBox({
    ...{ name, tenant: TENANT, context, source, clock: systemClock },
    port: () => desk.hqBroker.port,
    manner: (text) => mannerOf(text, index),
    hardware: { vendor: 'Simulated', product: index % 2 === 0 ? 'One' : 'Two' },
    healthMs: HEALTH_MS,
    tryMs: TRY_MS,
  });
  boxes.push(box);
  await box.connect();
  if (known === undefined) await headquarters.giveDocument(name, source);
  if ((index + 1) % 50 === 0 || index + 1 === count)
    console.log(`[branchline] ${index + 1} of ${count} boxes are there`);
});
console.log(`
  Roll a change out to them at ${lab.headquarters.url}rollouts, as queues/service/ring. A value of 99s costs every tenth box
  three of its four telephones: the gate stops it. Ctrl-C ends them all.
`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const box of boxes) box.cut();
    process.exit(0);
  });

function fail(why: string): never {
  console.error(`[branchline] ${why}`);
  process.exit(1);
}

async function inTurns(
  items: readonly string[],
  act: (item: string, index: number) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < items.length; first += AT_ONCE)
    await Promise.all(items.slice(first, first + AT_ONCE).map((item, index) => act(item, first + index)));
}

function mannerOf(source: string, index: number): Manner {
  const isWell = index % 10 !== 9 || !source.includes(HURTS);
  const phones = Object.fromEntries([1, 2, 3, 4].map((desk) => [`desk-${desk}`, isWell || desk === 1]));
  return { takes: 'confirmed', phones, trunks: { pstn: 'up' } };
}

function documentOf(name: string, index: number): string {
  const number = `+86 573 8200 ${String(1_000 + index)}`;
  return `# A simulated branch.
schema: branchline.branch/1
site: { id: ${name}, name: { zh: ${name} 店, en: ${name} }, country: CN, timezone: Asia/Shanghai, language: en }
gateways:
  e1: { kind: e1, model: generic-e1, address: 127.0.0.11 }
trunks:
  pstn: { gateway: e1, channels: 30, numbers: ['${number}'] }
routes: [{ to: emergency, via: [pstn] }]
numbers:
  main: { number: '${number}', to: queue service }
people:
  li.lei: { name: { zh: 李雷, en: Li Lei }, extension: 8002, phones: [desk-1], agent: { queues: [service] } }
phones: { desk-1: {}, desk-2: {}, desk-3: {}, desk-4: {} }
queues:
  service: { ring: 15s }
`;
}
