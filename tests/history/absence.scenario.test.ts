/** A box that was away for a week: what happens now arrives first, the history slots in behind it, and every figure is right. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callDetail, callPage } from '@branchline/contracts/http/common';
import type { FleetCall } from '@branchline/contracts/http/controller';
import { Bed, callEvents } from '@branchline/controller/test-bed';
import type { NewEvent } from '@branchline/contracts/ledger';
import { askingOf, equalAt, type Asking } from './asking.ts';
import { LedgerBox } from './ledger-box.ts';

const bed = new Bed();
let asking: Asking;
let box: LedgerBox;
beforeAll(async () => {
  await bed.start();
  asking = await askingOf(bed);
  box = new LedgerBox('away', await bed.enrol('away'));
});
afterEach(() => box.end());
afterAll(() => bed.end());

const MONDAY = Date.UTC(2026, 0, 5, 1);
const CALLS = 5_000;
const EVERY_MS = (7 * 86_400_000) / CALLS;

const eventsOf = (call: string, at: number): NewEvent[] =>
  callEvents(call, 1).map(
    ({ type, body }, place) => ({ type, call, at: at + place * 1_000, body }) as NewEvent,
  );

/** The whole history by pages, newest first. */
async function history(): Promise<FleetCall[]> {
  const calls: FleetCall[] = [];
  for (let before = '', more = true; more;) {
    const page = callPage.parse(await asking.get(`/api/calls?box=away&limit=500${before}`));
    calls.push(...(page.calls as FleetCall[]));
    before = `&before=${page.calls.at(-1)?.startedAt ?? ''}`;
    more = page.more;
  }
  return calls;
}

test('5,000 calls of a week slot in behind what happens now', { timeout: 90_000 }, async () => {
  const port = bed.headquarters.where().mqttPort;
  box.calls(10, MONDAY - 3_600_000);
  const [offered, ...rest] = eventsOf('over-the-edge', MONDAY - 1_000);
  if (!offered) throw new Error('no event');
  box.append([offered]);
  box.connect(port);
  await box.settled();
  await box.disconnect();

  box.append(rest);
  box.calls(CALLS, MONDAY, EVERY_MS);
  const last = box.ledger.newest();
  const order: { from: number; purpose: 'history' | 'now' }[] = [];
  box.connect(port, {
    range: (from, to, limit) => {
      order.push({ from, purpose: from > last ? 'now' : 'history' });
      // In the midst of the history the telephone rings.
      if (order.length === 5) box.append(eventsOf('now', MONDAY + 7 * 86_400_000));
      return box.ledger.range(from, to, limit);
    },
  });
  await box.settled();

  const now = order.findIndex(({ purpose }) => purpose === 'now');
  const left = order.slice(now).filter(({ purpose }) => purpose === 'history').length;
  expect(left).toBeGreaterThan(20);

  const calls = await history();
  expect(calls).toHaveLength(10 + 1 + CALLS + 1);
  expect(calls.map(({ id }) => id).slice(0, 2)).toEqual(['now', `call-${CALLS + 10}`]);
  expect(calls.every(({ outcome, talkMs }) => outcome === 'answered' && talkMs === 1_000)).toBe(true);
  const edge = callDetail.parse(await asking.get('/api/boxes/away/calls/over-the-edge'));
  expect(edge.events.map(({ type }) => type)).toEqual(['call.offered', 'call.answered', 'call.ended']);
  await asking.compared('away', equalAt(box.ledger.newest()));
});
