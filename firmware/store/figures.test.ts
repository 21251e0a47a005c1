import { expect, test } from 'vitest';
import type { NewEvent } from '@branchline/contracts/ledger';
import { openDatabase } from '@branchline/runtime/sqlite';
import { readFigures } from './figures.ts';
import { Ledger } from './ledger.ts';
import { migrations } from './migrations.ts';

const T0 = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const queued = (call: string, at: number): NewEvent => ({
  type: 'call.queued',
  call,
  at,
  body: { queue: 'sales', priority: 0, position: 1 },
});
const answered = (call: string, at: number): NewEvent => ({
  type: 'call.answered',
  call,
  at,
  body: { leg: call, by: { kind: 'agent', id: 'ann' }, queue: 'sales', waitedMs: 0 },
});
const ready = (at: number): NewEvent => ({ type: 'agent.state', at, body: { agent: 'ann', state: 'ready' } });

function ledgerOf(events: readonly NewEvent[]): Ledger {
  const ledger = new Ledger(openDatabase(':memory:', migrations));
  ledger.append({ events, openCalls: {}, about: {} });
  return ledger;
}
const range = { from: T0, to: T0 + HOUR, queue: () => undefined };

test('are read over thousands of events, with the state of agents before and answers after the time', async () => {
  const calls = Array.from({ length: 3_000 }, (_, index) => queued(`c${index}`, T0 + index * 1_200));
  const answers = Array.from({ length: 3_000 }, (_, index) => answered(`c${index}`, T0 + HOUR + index));
  const ledger = ledgerOf([queued('old', T0 - 26 * HOUR), ready(T0 - 20 * HOUR), ...calls, ...answers]);
  let settled = 0;
  const { queues, agents } = await readFigures(ledger, range, () => (settled += 1), T0 + 2 * HOUR);
  expect(settled).toBe(1);
  expect(queues.sales).toMatchObject({ offered: 3_000, answered: 3_000, waiting: 0 });
  expect(agents.ann).toMatchObject({ readyMs: HOUR });
});

test('of a time that goes on, agents are counted until now', async () => {
  const { agents } = await readFigures(ledgerOf([ready(T0)]), range, () => undefined, T0 + 600_000);
  expect(agents.ann?.readyMs).toBe(600_000);
});

test('of an empty ledger there are none', async () => {
  expect((await readFigures(ledgerOf([]), range, () => undefined, T0)).queues).toEqual({});
});

test('where a moment begins in the ledger is found by halves', () => {
  const ledger = ledgerOf([ready(10), ready(20), ready(20), ready(30)]);
  expect([0, 10, 11, 20, 21, 30, 31].map((at) => ledger.seqAt(at))).toEqual([1, 1, 2, 2, 4, 4, 5]);
});
