/** PostgreSQL away: behind a line that is cut, and killed. Headquarters stays, says so, acknowledges nothing it has not stored, and goes on. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { PostgresServer } from './store/testing/postgres-server.ts';
import { Bed, callEvents, EPOCH, type TestBox } from './test-bed.ts';

let server: PostgresServer;
let bed: Bed;
let box: TestBox;
let cookie: string;
const SILENT_MS = 1_000;

beforeAll(async () => {
  server = await PostgresServer.start();
  bed = new Bed({
    BRANCHLINE_HQ_DATABASE_URL: server.url('postgres'),
    BRANCHLINE_HQ_DATABASE_ANSWERS_WITHIN_MS: String(SILENT_MS),
  });
  await bed.start();
  box = await bed.box('x');
  await box.tell('presence', { v: 1, state: 'online', version: '1.0', at: new Date().toISOString() });
  ({ cookie } = await bed.signIn());
});
afterAll(async () => {
  await bed.end();
  await server.stop();
});

const status = async (path: string): Promise<number> => (await bed.api(path, { headers: { cookie } })).status;
const ready = async (): Promise<unknown> => (await bed.api('/api/ready')).json();
const acked = (upto: number) => box.told('ledger-ack', (ack) => ack.epoch === EPOCH && ack.upto >= upto);
/** The highest number that was acknowledged so far. */
const upto = (): number => Math.max(0, ...box.all('ledger-ack').map((ack) => ack.upto));

async function stored(): Promise<{ events: number; calls: number }> {
  const db = await bed.database();
  try {
    const row = await db.one<{ events: number; calls: number }>(
      'select (select count(*) from event) as events, (select count(*) from call) as calls',
    );
    return row ?? { events: -1, calls: -1 };
  } finally {
    await db.close();
  }
}

/** Until headquarters has found out that its database does not answer. */
const away = () => expect.poll(ready, { timeout: 20_000 }).toEqual({ ready: false, broker: 'up' });
/** A box sends again what is not acknowledged, until it is. */
async function sentUntilStored(events: readonly LedgerEvent[], last: number): Promise<void> {
  const look = async (): Promise<number> => {
    await box.frame(events);
    return upto();
  };
  await expect.poll(look, { timeout: 20_000, interval: 300 }).toBe(last);
}

const EVENTS = ['a', 'b', 'c'].flatMap((call, index) => callEvents(call, 1 + 3 * index));

it('is found silent: nothing is acknowledged, what needs no database is answered, and all is stored once it is back', async () => {
  await box.frame(EVENTS.slice(0, 3));
  await acked(3);
  server.freeze();
  try {
    await box.frame(EVENTS.slice(3, 6));
    await away();
    expect(upto()).toBe(3);
    expect(await status('/api/boxes')).toBe(200);
    const answer = await bed.api('/api/calls?limit=5', { headers: { cookie } });
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'database-away' }]);
    expect(box.client.connected).toBe(true);
  } finally {
    server.thaw();
  }
  await sentUntilStored(EVENTS.slice(3, 6), 6);
  expect(await ready()).toEqual({ ready: true, broker: 'up' });
  expect(await status('/api/calls?limit=5')).toBe(200);
  expect(await stored()).toEqual({ events: 6, calls: 2 });
});

it('is killed and begins again: the same, with no connection left over', async () => {
  await server.kill();
  await box.frame(EVENTS.slice(6));
  await away();
  expect(upto()).toBe(6);
  await server.begin();
  await sentUntilStored(EVENTS.slice(6), 9);
  expect(await ready()).toEqual({ ready: true, broker: 'up' });
  expect(await stored()).toEqual({ events: 9, calls: 3 });
});

it('is away while the service starts: the start ends with what hinders it', async () => {
  await bed.stop();
  await server.kill();
  await expect(bed.start()).rejects.toThrow(/the database is away/);
  await server.begin();
  await bed.start();
});
