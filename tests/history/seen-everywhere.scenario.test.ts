/** Two controllers as they ship on one PostgreSQL and one Mosquitto: what one of them has stored is seen at the other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { freshPostgres } from '@branchline/controller/store/testing/databases';
import { Bed, callEvents, EPOCH, type TestBox } from '@branchline/controller/test-bed';

const BOX = 'seen';
const SOON = { timeout: 15_000, interval: 100 };
const CALLS = 8;

let first: Bed;
let second: Bed;
let box: TestBox;
beforeAll(async () => {
  first = new Bed({ BRANCHLINE_HQ_DATABASE_URL: await freshPostgres() });
  const certificate = await first.enrol(BOX);
  await first.useMosquitto();
  await first.start();
  second = first.beside();
  await second.start();
  box = await first.box(BOX, certificate);
  const at = new Date().toISOString();
  await box.tell('presence', { v: 1, state: 'online', version: '0.3.0', at }, true);
}, 60_000);
afterAll(async () => {
  await second.end();
  await first.end();
});

async function seenAt(bed: Bed): Promise<object> {
  const answer = await bed.api(`/api/boxes/${BOX}`, { headers: await bed.signIn() });
  const { liveCalls, alarms, ledger } = (await answer.json()) as BoxSummary;
  return { liveCalls, alarms: alarms.length, contiguous: ledger.contiguous, missing: ledger.missing };
}
/** Each in a frame of its own: they are dealt out one by one. */
async function tells(events: readonly LedgerEvent[]): Promise<void> {
  for (const event of events) await box.frame([event]);
  await box.told('ledger-ack', ({ epoch, upto }) => epoch === EPOCH && upto === events.at(-1)?.seq);
}
const numbered = (events: readonly LedgerEvent[], from: number): LedgerEvent[] =>
  events.map((event, index) => ({ ...event, seq: from + index }));

const calls = Array.from({ length: CALLS }, (_, index) => callEvents(`c${index}`, index * 3 + 1));
const begun = numbered(
  calls.flatMap((events) => events.slice(0, 2)),
  1,
);
const ended = numbered(
  calls.flatMap((events) => events.slice(2)),
  begun.length + 1,
);
const alarm = (seq: number, type: 'alarm.raised' | 'alarm.cleared'): LedgerEvent => ({
  ...{ seq, at: new Date().toISOString(), type },
  body: { alarm: 'a1', code: 'trunk-down', subject: 'e1-a', severity: 'major', lastedMs: 5 },
});

test('calls that go on, open alarms and how far the history is are the same at both, whoever stored them', async () => {
  const raised = alarm(begun.length + ended.length + 1, 'alarm.raised');
  await tells(begun);
  for (const bed of [first, second])
    await expect
      .poll(() => seenAt(bed), SOON)
      .toEqual({ liveCalls: CALLS, alarms: 0, contiguous: begun.length, missing: 0 });
  await tells([...ended, raised]);
  for (const bed of [first, second])
    await expect
      .poll(() => seenAt(bed), SOON)
      .toEqual({ liveCalls: 0, alarms: 1, contiguous: raised.seq, missing: 0 });
  await tells([alarm(raised.seq + 1, 'alarm.cleared')]);
  for (const bed of [first, second])
    await expect
      .poll(() => seenAt(bed), SOON)
      .toEqual({ liveCalls: 0, alarms: 0, contiguous: raised.seq + 1, missing: 0 });
});
