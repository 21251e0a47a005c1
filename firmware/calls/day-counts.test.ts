import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { count, emptyDay, emptyQueueDay, type DayCounts } from './day-counts.ts';

const T0 = Date.UTC(2026, 0, 5, 2);
const LEVEL_MS = 20_000;

const said = (type: string, call: string | undefined, after: number, body: object): LedgerEvent => ({
  seq: 1,
  at: new Date(T0 + after).toISOString(),
  ...(call === undefined ? {} : { call }),
  type,
  body: { ...body },
});
const queued = (call: string, after: number, queue = 'sales'): LedgerEvent =>
  said('call.queued', call, after, { queue, priority: 0, position: 1 });
const answered = (call: string, after: number): LedgerEvent =>
  said('call.answered', call, after, { leg: 'l', by: { kind: 'agent', id: 'li.lei' }, waitedMs: 0 });
const ended = (call: string, after: number): LedgerEvent =>
  said('call.ended', call, after, {
    outcome: 'abandoned',
    endedBy: 'caller',
    phase: 'queue',
    talkMs: 0,
    totalMs: 0,
    recorded: { kept: false },
  });
const day = (...events: readonly LedgerEvent[]): DayCounts =>
  events.reduce((counts, event) => count(counts, event, () => LEVEL_MS), emptyDay);

describe('the figures of a queue', () => {
  test('whom the engine took alone has not hung up', () => {
    const taken = said('call.ended', 'a', 900, {
      outcome: 'survived',
      endedBy: 'engine',
      phase: 'queue',
      talkMs: 0,
      totalMs: 900,
      recorded: { kept: false },
    });
    expect(day(queued('a', 0), taken).queues.sales).toMatchObject({
      offered: 1,
      abandoned: 0,
      overflowed: 1,
    });
  });

  test('who is sent on is counted where he waited, once in each queue, and abandoned in none', () => {
    const sent = said('call.overflowed', 'a', 30_000, {
      queue: 'sales',
      because: 'waiting',
      waitedMs: 30_000,
    });
    const { queues } = day(queued('a', 0), sent, queued('a', 30_000, 'service'), answered('a', 31_000));
    expect(queues.sales).toMatchObject({ offered: 1, answered: 0, abandoned: 0, overflowed: 1 });
    expect(queues.service).toMatchObject({ offered: 1, answered: 1, abandoned: 0, overflowed: 0 });
  });

  test('an answer counts once, and a later end of the call changes nothing', () => {
    const { queues, waiting } = day(queued('a', 0), answered('a', 5_000), ended('a', 60_000));
    expect(queues.sales).toEqual({
      offered: 1,
      answered: 1,
      abandoned: 0,
      overflowed: 0,
      withinLevel: 1,
      longestWaitMs: 5_000,
    });
    expect(waiting).toEqual({});
  });

  test.each([
    [LEVEL_MS, 1],
    [LEVEL_MS + 1, 0],
  ])('an answer after %i ms is %i within the level', (after, withinLevel) => {
    expect(day(queued('a', 0), answered('a', after)).queues.sales).toMatchObject({
      answered: 1,
      withinLevel,
    });
  });

  test('an end without an answer is a caller lost, and never within the level', () => {
    expect(day(queued('a', 0), ended('a', 3_000)).queues.sales).toEqual({
      offered: 1,
      answered: 0,
      abandoned: 1,
      overflowed: 0,
      withinLevel: 0,
      longestWaitMs: 3_000,
    });
  });

  test('keep the queues apart, each with its own level', () => {
    const events = [queued('a', 0), queued('b', 0, 'service'), answered('a', 10_000), answered('b', 10_000)];
    const { queues } = events.reduce(
      (counts, event) => count(counts, event, (queue) => (queue === 'sales' ? 5_000 : 15_000)),
      emptyDay,
    );
    expect([queues.sales?.withinLevel, queues.service?.withinLevel]).toEqual([0, 1]);
  });

  test('a call that goes on to another queue waits there, and is offered to both', () => {
    const { queues } = day(queued('a', 0), queued('a', 30_000, 'service'), answered('a', 31_000));
    expect(queues.sales).toEqual({ ...emptyQueueDay, offered: 1 });
    expect(queues.service).toMatchObject({ offered: 1, answered: 1, withinLevel: 1, longestWaitMs: 1_000 });
  });

  test('who waits stands there with the moment', () => {
    expect(day(queued('a', 7_000)).waiting).toEqual({ a: { queue: 'sales', since: T0 + 7_000 } });
  });

  test('a wall clock that went back gives no wait below nothing', () => {
    expect(day(queued('a', 5_000), answered('a', 0)).queues.sales).toMatchObject({ longestWaitMs: 0 });
  });
});

test.each([
  ['of no call', said('engine.state', undefined, 0, { state: 'up' })],
  ['of a type that is not known', said('call.sung', 'a', 0, {})],
  ['whose body does not fit', said('call.queued', 'a', 0, { queue: 3 })],
  ['of a call that never waited', answered('b', 1_000)],
])('an event %s counts nothing', (_, event) => {
  const before = day(queued('a', 0));
  expect(count(before, event, () => LEVEL_MS)).toBe(before);
});

test('what came in is not changed', () => {
  const before = day(queued('a', 0));
  const copy = structuredClone(before);
  count(before, answered('a', 1_000), () => LEVEL_MS);
  expect(before).toEqual(copy);
});
