/** Two controllers as they ship on one PostgreSQL and one Mosquitto: who answers for a branch, and drills, are at the one that leads. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BranchContinuity } from '@branchline/contracts/http/continuity';
import { freshPostgres } from './store/testing/databases.ts';
import { Bed, type TestBox } from './test-bed.ts';

const [BRANCH, STAND_IN] = ['hangzhou', 'hangzhou-standin'] as const;
const DOCUMENT = {
  schema: 'branchline.branch/1',
  site: {
    ...{ id: BRANCH, name: { zh: '店', en: 'Shop' }, country: 'CN' },
    ...{ timezone: 'Asia/Shanghai', language: 'en' },
  },
  trunks: {
    cloud: { channels: 30, sip: { server: '127.0.0.1:5999', username: 'shop', secret: 'cloud-box' } },
  },
  routes: [{ to: 'emergency', via: ['cloud'] }],
  numbers: {},
  people: {},
  phones: {},
  queues: {},
  continuity: { 'stand-in': 'cloud-1' },
};
const NONCES = ['0123456789abcdef', 'fedcba9876543210', '00112233445566ff'] as const;
const SOON = { timeout: 20_000, interval: 100 };

let first: Bed;
let second: Bed;
let box: TestBox;
let standIn: TestBox;

interface Answer {
  readonly status: number;
  readonly body: { readonly continuity: BranchContinuity | null; readonly code?: string };
}

async function ask(bed: Bed, path: string, body?: object): Promise<Answer> {
  const headers = { ...(await bed.signIn()), 'content-type': 'application/json' };
  const answer = await bed.api(
    path,
    body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
  );
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}
const shown = (bed: Bed): Promise<Answer> => ask(bed, `/api/boxes/${BRANCH}/continuity`);
const says = (who: TestBox, knows: number): Promise<void> =>
  who.tell('lease-says', { v: 1, knows, ready: true });

beforeAll(async () => {
  first = new Bed({ BRANCHLINE_HQ_DATABASE_URL: await freshPostgres() });
  const [ofBox, ofStandIn] = [await first.enrol(BRANCH), await first.enrol(STAND_IN)];
  await first.useMosquitto();
  await first.start();
  second = first.beside();
  await second.start();
  [box, standIn] = [await first.box(BRANCH, ofBox), await first.box(STAND_IN, ofStandIn)];
  const at = new Date().toISOString();
  for (const each of [box, standIn])
    await each.tell('presence', { v: 1, state: 'online', version: '0.3.0', at }, true);
  const report = {
    ...({ v: 1, version: '0.3.0', warnings: 0, at } as const),
    revision: createHash('sha256').update('1').digest('hex'),
    desired: { seen: null, common: 0, state: 'none' as const, at: null },
    hardware: { vendor: 'Acme', product: 'One' },
    document: DOCUMENT,
  };
  await box.tell('reported', report, true);
}, 60_000);
afterAll(async () => {
  await second.end();
  await first.end();
});

test('the leader keeps the lease and renews it; the other refuses, and says nothing to anybody', async () => {
  await expect.poll(async () => (await shown(first)).body.continuity?.lease, SOON).toMatchObject({ n: 1 });
  expect(await shown(second)).toMatchObject({ status: 503, body: { code: 'another-leads' } });
  expect(await ask(second, '/api/continuity')).toMatchObject({
    status: 503,
    body: { code: 'another-leads' },
  });
  const drill = { kind: 'move', holdS: 60 };
  expect(await ask(second, `/api/boxes/${BRANCH}/drills`, drill)).toMatchObject({ status: 503 });
  await box.told('lease', ({ lease }) => lease.n === 1);
  for (const asked of NONCES.slice(0, 2)) {
    await box.tell('lease-ask', { v: 1, nonce: asked });
    await box.told('lease-renewed', ({ nonce }) => nonce === asked);
  }
  expect(box.all('lease-renewed').map(({ nonce }) => nonce)).toEqual(NONCES.slice(0, 2));
});

test('an order that was given to the leader is carried on by the one that leads after it', async () => {
  await says(box, 1);
  await says(standIn, 1);
  const ordered = await ask(first, `/api/boxes/${BRANCH}/continuity`, { to: 'stand-in' });
  expect(ordered.status).toBe(200);
  await first.stop();
  await expect.poll(async () => (await shown(second)).status, SOON).toBe(200);
  await expect
    .poll(async () => (await shown(second)).body.continuity, SOON)
    .toMatchObject({ order: { to: 'stand-in' }, wants: 'stand-in', lease: { n: 1 } });
  await box.tell('lease-ask', { v: 1, nonce: NONCES[2] });
  await box.told('lease-renewed', ({ nonce }) => nonce === NONCES[2]);
}, 60_000);
