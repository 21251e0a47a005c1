/** Two controllers as they ship on one PostgreSQL and one Mosquitto: what a box tells is dealt out between them, is there once, and is compared by one. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshPostgres } from '@branchline/controller/store/testing/databases';
import { Bed } from '@branchline/controller/test-bed';
import { askingOf, equalAt, type Asking } from './asking.ts';
import { LedgerBox } from './ledger-box.ts';

const BOX = 'dealt';
/** Each is four events. */
const CALLS = 700;

let first: Bed;
let second: Bed;
let box: LedgerBox;
let asking: Asking;

beforeAll(async () => {
  first = new Bed({ BRANCHLINE_HQ_DATABASE_URL: await freshPostgres() });
  const certificate = await first.enrol(BOX);
  await first.useMosquitto();
  await first.start();
  second = first.beside();
  await second.start();
  box = new LedgerBox(BOX, certificate);
  box.connect(first.headquarters.where().mqttPort);
  asking = await askingOf(first);
}, 60_000);
afterAll(async () => {
  await box.end();
  await second.end();
  await first.end();
});

const post = async (bed: Bed): Promise<unknown> => {
  const headers = { ...(await bed.signIn()), 'content-type': 'application/json' };
  const answer = await bed.api(`/api/boxes/${BOX}/proof`, { method: 'POST', headers, body: '{}' });
  return [answer.status, await answer.json()];
};
const stored = async (): Promise<unknown> => {
  const db = await first.database();
  try {
    return await db.one('select count(*) as events, count(distinct seq) as numbers from event');
  } finally {
    await db.close();
  }
};

test('what is dealt out between them is there once', async () => {
  for (let times = 0; times < CALLS / 10; times += 1) {
    box.calls(10, Date.UTC(2026, 0, 5, 2) + times * 600_000);
    await new Promise(setImmediate);
  }
  await box.settled();
  expect(await stored()).toEqual({ events: CALLS * 4, numbers: CALLS * 4 });
});

test('the leader compares; what differs is taken in anew by whichever of them hears it', async () => {
  await asking.compared(BOX, equalAt(CALLS * 4));
  expect(await post(second)).toMatchObject([503, { code: 'another-leads' }]);
  const db = await first.database();
  expect(await db.run('delete from event where seq between 100 and 140')).toBe(41);
  await db.run('delete from block_digest');
  await db.close();
  const began = Date.now();
  const { missing } = await asking.compared(BOX, equalAt(CALLS * 4, began));
  expect(missing).toBe(0);
  expect(await stored()).toEqual({ events: CALLS * 4, numbers: CALLS * 4 });
}, 60_000);

test('who leads after it compares what both have stored', async () => {
  await first.stop();
  asking = await askingOf(second);
  await expect.poll(() => post(second), { timeout: 20_000 }).toEqual([200, { comparing: true }]);
  box.calls(5, Date.UTC(2026, 1, 5));
  await box.settled();
  const { missing } = await asking.compared(BOX, equalAt(CALLS * 4 + 20));
  expect(missing).toBe(0);
}, 60_000);
