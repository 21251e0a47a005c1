import { describe, expect, test } from 'vitest';
import type { Queue } from '@branchline/contracts/branch/queues/model';
import { Room, queueOf, smallPlan } from './bench.ts';
import { outlook } from './outlook.ts';
import { planOf } from './plan.ts';
import { everyWaiting } from './state.ts';

const MINUTE = 60_000;
const toSales = { kind: 'queue', name: 'vip' } as const;
const emptyRoom = (queue: Partial<Queue>): Room => new Room(smallPlan(queue), false);
const sent = (effects: readonly { do: string }[]) => effects.filter((effect) => effect.do === 'overflow');

describe('announcements', () => {
  const announce = {
    say: ['position', 'expected-wait'],
    firstMs: 10_000,
    everyMs: 30_000,
    comfort: 'hold',
  } as const;

  test('come at the first time and then at intervals, with the place', () => {
    const room = emptyRoom({ announce });
    room.enter('a');
    room.enter('b');
    expect(room.pass(9_999)).toEqual([]);
    expect(room.pass(1)).toMatchObject([
      { do: 'announce', interaction: 'b', position: 2 },
      { do: 'announce', interaction: 'a', position: 1 },
    ]);
    room.tell({ type: 'leave', interaction: 'a' });
    expect(room.pass(29_999)).toEqual([]);
    expect(room.pass(1)).toMatchObject([{ interaction: 'b', position: 1 }]);
  });

  test('wait while a telephone rings for the caller', () => {
    const room = new Room(smallPlan({ announce }));
    room.enter('a');
    expect(room.pass(15_000)).toEqual([]);
    for (const agent of ['ann', 'bob', 'cid'])
      room.tell({ type: 'refused', interaction: 'a', agent, reason: 'no-answer' });
    expect(room.pass(10)).toMatchObject([{ do: 'announce', interaction: 'a' }]);
  });

  test('are for callers, not for callbacks', () => {
    const room = emptyRoom({ announce });
    room.enter('a', 'q', { kind: 'callback' });
    expect(room.pass(MINUTE)).toEqual([]);
  });
});

describe('overflow', () => {
  test('after a time, once, and not back to where it was', () => {
    const room = emptyRoom({ overflow: [{ when: { kind: 'waiting', overMs: 3 * MINUTE }, to: toSales }] });
    room.enter('a');
    expect(room.pass(3 * MINUTE - 1)).toEqual([]);
    expect(room.pass(1)).toEqual([
      { do: 'overflow', interaction: 'a', queue: 'q', to: toSales, because: 'waiting' },
    ]);
    expect(everyWaiting(room.state)).toEqual([]);
    room.enter('b', 'q', { seen: ['vip'] });
    expect(room.pass(10 * MINUTE)).toEqual([]);
  });

  test('who was led back by a flow is sent on by time alone', () => {
    const to = { kind: 'flow', name: 'sorry' } as const;
    const room = emptyRoom({
      overflow: [
        { when: { kind: 'nobody-there' }, to },
        { when: { kind: 'waiting', overMs: MINUTE }, to },
      ],
    });
    room.enter('a');
    expect(sent(room.effects)).toMatchObject([{ because: 'nobody-there', to }]);
    room.enter('a', 'q', { seen: ['q'] });
    expect(sent(room.pass(MINUTE - 1))).toEqual([]);
    expect(sent(room.pass(1))).toMatchObject([{ because: 'waiting', to }]);
  });

  test('not while a telephone rings for the caller; at once when that came to nothing', () => {
    const room = new Room(
      smallPlan({ overflow: [{ when: { kind: 'waiting', overMs: 1_000 }, to: toSales }] }),
    );
    room.tell({ type: 'order', agent: 'bob', state: 'signed-out' });
    room.tell({ type: 'order', agent: 'cid', state: 'signed-out' });
    room.enter('a');
    expect(sent(room.pass(10_000))).toEqual([]);
    const after = room.tell({ type: 'refused', interaction: 'a', agent: 'ann', reason: 'no-answer' });
    expect(after).toMatchObject([{ do: 'overflow', interaction: 'a', because: 'waiting' }]);
  });

  test('by length: whoever comes when it is full', () => {
    const room = emptyRoom({
      overflow: [{ when: { kind: 'length', over: 2 }, to: { kind: 'extension', name: '8001' } }],
    });
    room.enter('a');
    room.enter('b');
    expect(sent(room.effects)).toEqual([]);
    room.enter('c');
    expect(sent(room.effects)).toMatchObject([
      { interaction: 'c', to: { kind: 'extension', name: '8001' }, because: 'length' },
    ]);
    expect(everyWaiting(room.state).map(({ interaction }) => interaction)).toEqual(['a', 'b']);
  });

  test('when nobody is signed in: on coming, and when the last one leaves', () => {
    const rules = { overflow: [{ when: { kind: 'nobody-signed-in' }, to: toSales }] } as const;
    const room = emptyRoom(rules);
    room.enter('a');
    expect(sent(room.effects)).toEqual([]);
    for (const agent of ['ann', 'bob', 'cid']) room.tell({ type: 'order', agent, state: 'signed-out' });
    expect(sent(room.effects)).toMatchObject([{ interaction: 'a', because: 'nobody-signed-in' }]);
    room.enter('b');
    expect(sent(room.effects)).toHaveLength(2);
  });

  test('when nobody is there, as when all are at lunch', () => {
    const room = new Room(smallPlan({ overflow: [{ when: { kind: 'nobody-there' }, to: toSales }] }));
    for (const agent of ['ann', 'bob'])
      room.tell({ type: 'order', agent, state: 'not-ready', reason: 'lunch' });
    room.tell({ type: 'occupied', agent: 'cid', by: 'other' });
    room.enter('a');
    expect(sent(room.effects)).toEqual([]);
    room.tell({ type: 'order', agent: 'cid', state: 'not-ready' });
    expect(sent(room.effects)).toMatchObject([{ interaction: 'a', because: 'nobody-there' }]);
  });

  test('when the queue closes: whoever comes then, and within half a minute whoever waits', () => {
    const closesAt = Date.UTC(2026, 0, 5, 2, 10);
    const room = new Room(
      planOf({
        queues: {
          q: queueOf('q', { hours: 'open', overflow: [{ when: { kind: 'closed' }, to: toSales }] }),
        },
        agents: [],
        isOpen: (_, now) => now < closesAt,
      }),
    );
    room.enter('a');
    room.pass(9 * MINUTE);
    expect(sent(room.effects)).toEqual([]);
    room.pass(90_000);
    expect(sent(room.effects)).toMatchObject([{ interaction: 'a', because: 'closed' }]);
    room.enter('b');
    expect(sent(room.effects)).toMatchObject([{ interaction: 'a' }, { interaction: 'b', because: 'closed' }]);
  });

  test('by expected wait', () => {
    const room = new Room(
      planOf({
        queues: {
          q: queueOf('q', {
            overflow: [{ when: { kind: 'expected-wait', overMs: 5 * MINUTE }, to: toSales }],
          }),
        },
        agents: [{ id: 'ann', queues: { q: 1 }, skills: {}, atOnce: 1 }],
      }),
    );
    room.enter('first');
    room.serve('first', 'ann', 2 * MINUTE);
    room.enter('second');
    room.tell({ type: 'accepted', interaction: 'second', agent: 'ann' });
    for (const name of ['a', 'b', 'c']) room.enter(name);
    expect(sent(room.effects)).toMatchObject([{ interaction: 'c', because: 'expected-wait' }]);
  });

  test('a digit leads out, also while a telephone rings', () => {
    const room = new Room(smallPlan({ exits: { 1: { kind: 'extension', name: '8001' } } }));
    const [agent] = room.enter('a');
    expect(room.tell({ type: 'digit', interaction: 'a', digit: '7' })).toEqual([]);
    expect(room.tell({ type: 'digit', interaction: 'a', digit: '1' })).toEqual([
      { do: 'withdraw', interaction: 'a', agent, because: 'gone' },
      {
        do: 'overflow',
        interaction: 'a',
        queue: 'q',
        to: { kind: 'extension', name: '8001' },
        because: 'digit',
      },
    ]);
  });
});

describe('expected wait', () => {
  test('is told from the pace of the queue and the agents who are there; nothing is told from nothing', () => {
    const room = new Room(smallPlan());
    const seen = (name: string) => outlook(room.state, room.plan.queues.q!, name);
    for (const agent of ['ann', 'bob', 'cid']) room.tell({ type: 'occupied', agent, by: `other-${agent}` });
    for (let index = 0; index < 12; index += 1) room.enter(`i${index}`);
    expect(seen('i3')).toEqual({ position: 4 });
    room.tell({ type: 'free', agent: 'ann', by: 'other-ann', wrapUpMs: 0 });
    for (let index = 0; index < 6; index += 1) room.serve(`i${index}`, 'ann', 30_000);
    expect(seen('i8')).toEqual({ position: 3, expectedWaitMs: 60_000 });
    room.tell({ type: 'order', agent: 'cid', state: 'signed-out' });
    expect(seen('i8')?.expectedWaitMs).toBe(90_000);
    for (const agent of ['ann', 'bob']) room.tell({ type: 'order', agent, state: 'signed-out' });
    expect(seen('i8')).toEqual({ position: 3 });
  });
});
