import { describe, expect, test } from 'vitest';
import type { EventBody, EventType, LedgerEvent } from './ledger.ts';
import { figures, figuresOf, type FigureRange, type Figures } from './queue-figures.ts';

const T0 = Date.UTC(2026, 0, 5);
const MIN = 60_000;
const range: FigureRange = {
  from: T0,
  to: T0 + 60 * MIN,
  queue: (name) => (name === 'sales' ? { withinMs: 20_000, shortMs: 5_000 } : undefined),
};

let seq = 0;
function said<T extends EventType>(
  type: T,
  call: string | undefined,
  afterMs: number,
  body: EventBody<T>,
): LedgerEvent {
  seq += 1;
  const at = new Date(T0 + afterMs).toISOString();
  return { seq, at, ...(call === undefined ? {} : { call }), type, body };
}
const queued = (call: string, at: number, queue = 'sales') =>
  said('call.queued', call, at, { queue, priority: 0, position: 1 });
const answered = (call: string, at: number, agent = 'ann', queue: string | null = 'sales') =>
  said('call.answered', call, at, {
    leg: `${call}-${agent}`,
    by: { kind: 'agent', id: agent },
    waitedMs: 0,
    ...(queue === null ? {} : { queue }),
  });
const legEnded = (call: string, at: number, talkMs: number, wrapUpMs = 0, agent = 'ann') =>
  said('call.leg-ended', call, at, {
    leg: `${call}-${agent}`,
    who: { kind: 'agent', id: agent },
    talkMs,
    wrapUpMs,
  });
const refused = (call: string, at: number, reason: EventBody<'call.leg-refused'>['reason'], agent = 'ann') =>
  said('call.leg-refused', call, at, { leg: 'l', to: { kind: 'agent', id: agent }, reason, queue: 'sales' });
const overflowed = (call: string, at: number, because: EventBody<'call.overflowed'>['because'] = 'waiting') =>
  said('call.overflowed', call, at, { queue: 'sales', because, waitedMs: 0 });
const ended = (call: string, at: number, endedBy: EventBody<'call.ended'>['endedBy'] = 'caller') =>
  said('call.ended', call, at, {
    outcome: 'abandoned',
    endedBy,
    phase: 'queue',
    talkMs: 0,
    totalMs: 0,
    recorded: { kept: false },
  });
const state = (agent: string, at: number, word: string, reason?: string) =>
  said('agent.state', undefined, at, { agent, state: word, ...(reason === undefined ? {} : { reason }) });
const counted = (...events: LedgerEvent[]): Figures => figures.parse(figuresOf(events, range, T0 + 60 * MIN));

describe('a queue', () => {
  test('an answer within the stated time counts for the level, a later one does not', () => {
    const { queues } = counted(queued('a', 0), answered('a', 20_000), queued('b', 0), answered('b', 20_001));
    expect(queues.sales).toMatchObject({
      offered: 2,
      answered: 2,
      answeredWithin: 1,
      serviceLevel: 50,
      meanWaitMs: 20_001,
      longestWaitMs: 20_001,
    });
  });

  test('who hangs up at once is counted apart, and does not weigh on the level', () => {
    const { queues } = counted(
      ...[queued('a', 0), ended('a', 4_999)],
      ...[queued('b', 0), ended('b', 5_000)],
      ...[queued('c', 0), answered('c', 1_000)],
      queued('d', 0),
    );
    expect(queues.sales).toMatchObject({
      offered: 4,
      answered: 1,
      shortAbandoned: 1,
      abandoned: 1,
      waiting: 1,
      serviceLevel: 50,
    });
  });

  test('a caller who is sent on has a stay in each queue, and counts once in all', () => {
    const { queues, total } = counted(
      ...[
        queued('a', 0),
        overflowed('a', 30_000),
        queued('a', 30_000, 'service'),
        answered('a', 31_000, 'ann', 'service'),
      ],
      ...[queued('b', 0), overflowed('b', 1_000, 'closed'), ended('b', 2_000, 'branch')],
    );
    expect(queues.sales).toMatchObject({
      offered: 2,
      overflowed: 2,
      overflowedBecause: { waiting: 1, closed: 1 },
    });
    expect(queues.service).toMatchObject({ offered: 1, answered: 1, overflowed: 0 });
    expect(total).toMatchObject({ offered: 2, answered: 1, overflowed: 1 });
  });

  test('what a transfer brings is no answer of the queue a second time', () => {
    const { queues, total, agents } = counted(
      queued('a', 0),
      answered('a', 1_000),
      legEnded('a', 11_000, 10_000, 5_000),
      answered('a', 15_000, 'bob', null),
      legEnded('a', 25_000, 10_000, 0, 'bob'),
      ended('a', 25_000),
    );
    expect(queues.sales).toMatchObject({
      offered: 1,
      answered: 1,
      talks: 1,
      talkMs: 10_000,
      wrapUpMs: 5_000,
    });
    expect(total).toMatchObject({ offered: 1, answered: 1, abandoned: 0 });
    expect(agents.bob).toBeUndefined();
  });

  test('one that the branch or the engine ended while it waited was given up by nobody', () => {
    const { queues } = counted(queued('a', 0), ended('a', 9_000, 'engine'));
    expect(queues.sales).toMatchObject({ offered: 1, ended: 1, abandoned: 0, serviceLevel: 0 });
  });

  test('a stay is of the range in which it began, wherever it ends', () => {
    const { queues } = counted(
      ...[queued('a', -1), answered('a', 1)],
      ...[queued('b', 60 * MIN - 1), answered('b', 61 * MIN)],
      ...[queued('c', 60 * MIN), answered('c', 60 * MIN + 1)],
    );
    expect(queues.sales).toMatchObject({ offered: 1, answered: 1, longestWaitMs: MIN + 1 });
  });

  test('wrap-up is counted as long as it was, not as long as it was to be', () => {
    const wrapUp = (at: number, endsAt: number) =>
      said('agent.wrap-up', undefined, at, { agent: 'ann', endsAt: new Date(T0 + endsAt).toISOString() });
    const { queues, agents } = counted(
      ...[queued('a', 0), answered('a', 0), legEnded('a', 10_000, 10_000, 15_000)],
      wrapUp(20_000, 85_000),
      wrapUp(40_000, 40_000),
    );
    expect(queues.sales?.wrapUpMs).toBe(30_000);
    expect(agents.ann?.wrapUpMs).toBe(30_000);
  });
});

describe('an agent', () => {
  test('offers he did not take are counted by what came of them; the impatience of a caller is none', () => {
    const { agents } = counted(
      refused('a', 1, 'no-answer'),
      refused('a', 2, 'no-answer'),
      refused('a', 3, 'busy'),
      refused('b', 4, 'caller-gone'),
      refused('b', 5, 'answered-elsewhere'),
      refused('c', -1, 'no-answer'),
    );
    expect(agents.ann?.notAnswered).toEqual({ 'no-answer': 2, busy: 1 });
  });

  test('his time is counted within the range, by state and reason', () => {
    const { agents } = counted(
      state('ann', -30 * MIN, 'ready'),
      state('ann', 10 * MIN, 'not-ready', 'lunch'),
      state('ann', 15 * MIN, 'not-ready'),
      state('ann', 16 * MIN, 'ready'),
      state('ann', 40 * MIN, 'signed-out'),
      state('bob', 90 * MIN, 'ready'),
    );
    expect(agents.ann).toMatchObject({
      readyMs: 34 * MIN,
      notReadyMs: { lunch: 5 * MIN, none: MIN },
      signedOutMs: 20 * MIN,
    });
    expect(agents.bob?.readyMs ?? 0).toBe(0);
  });
});

test('of an empty range nothing is claimed', () => {
  expect(counted()).toEqual({
    queues: {},
    agents: {},
    total: expect.objectContaining({ offered: 0 }) as unknown,
  });
  expect(counted(queued('a', 0)).queues.sales).toMatchObject({
    serviceLevel: null,
    meanWaitMs: null,
    waiting: 1,
  });
});
