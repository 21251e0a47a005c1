import { describe, expect, test } from 'vitest';
import { tell, type CallSummary } from './call-story.ts';
import type { LedgerEvent } from './ledger.ts';

const T0 = Date.UTC(2026, 0, 5, 2);
const agent = { kind: 'agent' as const, id: 'ann', via: 'p2' };
let seq = 0;
const event = (type: string, body: Record<string, unknown>, afterMs = 0): LedgerEvent => ({
  seq: (seq += 1),
  at: new Date(T0 + afterMs).toISOString(),
  call: 'c1',
  type,
  body,
});
const story = (...events: LedgerEvent[]): CallSummary | undefined =>
  events.reduce<CallSummary | undefined>((told, next) => tell(told, next), undefined);

const offered = event('call.offered', {
  direction: 'in',
  from: { kind: 'caller', id: '+86139' },
  dialled: '1001',
  trunk: 'pstn',
});
const queued = event('call.queued', { queue: 'service', priority: 0, position: 1 });
const answered = event('call.answered', { leg: 'l1', by: agent, queue: 'service', waitedMs: 3_000 }, 3_000);
const ended = event(
  'call.ended',
  {
    outcome: 'answered',
    endedBy: 'callee',
    phase: 'talking',
    talkMs: 60_000,
    totalMs: 63_000,
    recorded: { kept: true, recording: 'c1' },
  },
  63_000,
);

describe('a call told from its events', () => {
  test('is live until it ends', () => {
    expect(story(offered, queued, answered)).toMatchObject({
      outcome: 'live',
      queue: 'service',
      waitMs: 3_000,
      answeredBy: [agent],
      endedAt: null,
    });
    expect(story(offered, queued, answered, ended)).toMatchObject({
      outcome: 'answered',
      talkMs: 60_000,
      recording: 'c1',
      trunk: 'pstn',
      lastSeq: ended.seq,
    });
  });

  test('a later version’s event changes nothing but how far it is told', () => {
    const later = event('call.beamed-up', { far: 1 });
    expect(story(offered, later)).toEqual({ ...story(offered), lastSeq: later.seq });
  });

  test('an event that fits no call yet begins none', () => {
    expect(story(queued)).toBeUndefined();
    expect(
      tell(undefined, {
        seq: 1,
        at: offered.at,
        type: 'agent.state',
        body: { agent: 'ann', state: 'ready' },
      }),
    ).toBeUndefined();
  });

  test('who waited for the first answer is told once, whoever answers afterwards', () => {
    const second = event(
      'call.answered',
      { leg: 'l2', by: { kind: 'extension', id: '8001' }, waitedMs: 9_000 },
      30_000,
    );
    const transferred = event('call.transferred', { kind: 'blind', by: agent, to: '8001' }, 20_000);
    expect(story(offered, queued, answered, transferred, second, ended)).toMatchObject({
      waitMs: 3_000,
      transfers: 1,
      answeredBy: [agent, { id: '8001' }],
    });
  });

  test('a call that the engine took alone is told from one event', () => {
    const alone = event('call.survived', {
      direction: 'in',
      from: '+86139',
      dialled: '1001',
      status: 'TIMEOUT',
      startedAt: new Date(T0).toISOString(),
      answeredAt: new Date(T0 + 2_000).toISOString(),
      endedAt: new Date(T0 + 9_000).toISOString(),
      answeredBy: '8001',
    });
    expect(story(alone)).toMatchObject({
      outcome: 'survived',
      talkMs: 7_000,
      recovered: true,
      answeredBy: [{ id: '8001' }],
    });
  });
});

test('a call that calls a customer back is of its queue, and says which callback it is of', () => {
  const callback = { id: 'cb-1', queue: 'service', askedAt: new Date(T0 - 60_000).toISOString() };
  const from = { kind: 'number', id: '+8657186001000' };
  const told = story(
    event('call.offered', { direction: 'out', from, dialled: '+86139', callback }),
    answered,
    ended,
  );
  expect(told).toMatchObject({
    direction: 'out',
    dialled: '+86139',
    queue: 'service',
    callback: { id: 'cb-1', askedAt: callback.askedAt },
    answeredBy: [agent],
    outcome: 'answered',
  });
});
