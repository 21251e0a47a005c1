import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Queue, QueueOrder } from '@branchline/contracts/branch/model';
import { acd, emptyAcd, nextDue } from './acd.ts';
import { inOrder } from './matching.ts';
import { agentPhase, type AcdEffect, type AcdEvent, type AcdPlan, type AcdState } from './state.ts';

const T0 = Date.UTC(2026, 0, 5, 2);
const queue = (name: string, more: Partial<Queue> = {}): Queue => ({
  name,
  order: 'longest-idle',
  needs: {},
  priority: 0,
  ageingPerMinute: 1,
  ringMs: 15_000,
  wrapUpMs: 0,
  serviceLevel: { percent: 80, withinMs: 20_000 },
  music: 'default',
  recording: 'always',
  ...more,
});
const plan = (order: QueueOrder = 'longest-idle', more: Partial<Queue> = {}): AcdPlan => ({
  queues: { q: queue('q', { order, ...more }), vip: queue('vip', { priority: 10, ...more }) },
  agents: ['ann', 'bob', 'cid'].map((id, place) => ({ id, queues: ['q', 'vip'], skills: { refund: place } })),
});

class Room {
  state: AcdState;
  now = T0;
  readonly offers: AcdEffect[] = [];
  readonly plan: AcdPlan;
  constructor(of = plan(), reachable = true) {
    this.plan = of;
    this.state = emptyAcd(of, T0);
    if (reachable)
      for (const { id } of of.agents) this.tell({ type: 'reachable', agent: id, reachable: true });
  }
  tell(event: AcdEvent): AcdEffect[] {
    const result = acd(this.state, event, this.now, this.plan);
    this.state = result.state;
    this.offers.push(...result.effects);
    return result.effects;
  }
  enter(interaction: string, of = 'q'): string | undefined {
    return this.tell({ type: 'enter', interaction, queue: of, since: this.now })[0]?.agent;
  }
  serve(interaction: string, agent: string, ms = 1_000): void {
    this.tell({ type: 'accepted', interaction, agent });
    this.now += ms;
    this.tell({ type: 'free', agent, by: interaction, wrapUpMs: 0 });
  }
}

describe('among equals', () => {
  const served = (order: QueueOrder, calls: number): (string | undefined)[] => {
    const room = new Room(plan(order));
    return Array.from({ length: calls }, (_, index) => {
      const agent = room.enter(`i${index}`);
      if (agent !== undefined) room.serve(`i${index}`, agent);
      return agent;
    });
  };
  test.each([
    ['longest-idle', ['ann', 'bob', 'cid', 'ann']],
    ['round-robin', ['ann', 'bob', 'cid', 'ann']],
    ['fewest-calls', ['ann', 'bob', 'cid', 'ann']],
    ['linear', ['ann', 'ann', 'ann', 'ann']],
  ] as const)('%s', (order, expected) => expect(served(order, 4)).toEqual(expected));

  test('random draws lots, and a replay draws the same', () => {
    const once = served('random', 60);
    expect(new Set(once).size).toBe(3);
    expect(served('random', 60)).toEqual(once);
  });
});

test('an agent without the needed skill is passed over, and the ledger can say so', () => {
  const room = new Room(plan('linear', { needs: { refund: 1 } }));
  expect(room.enter('i1')).toBe('bob');
  expect(room.offers[0]?.candidates).toEqual([
    { agent: 'ann', verdict: 'lacks-skill' },
    { agent: 'bob', verdict: 'chosen', score: 1 },
    { agent: 'cid', verdict: 'lower', score: 2 },
  ]);
});

test('priority goes first, and ageing lets nobody starve', () => {
  const room = new Room(plan(), false);
  room.enter('plain');
  room.now += 5 * 60_000;
  room.enter('vip-1', 'vip');
  expect(inOrder(room.state, room.plan, room.now).map(({ interaction }) => interaction)).toEqual([
    'vip-1',
    'plain',
  ]);
  room.now += 6 * 60_000;
  room.enter('vip-2', 'vip');
  expect(inOrder(room.state, room.plan, room.now).map(({ interaction }) => interaction)).toEqual([
    'vip-1',
    'plain',
    'vip-2',
  ]);
});

test('who did not take it is asked again only when nobody else is left', () => {
  const room = new Room(plan('linear'));
  expect(room.enter('i1')).toBe('ann');
  const [next] = room.tell({ type: 'refused', interaction: 'i1', agent: 'ann', reason: 'no-answer' });
  expect(next?.agent).toBe('bob');
  expect(room.state.agents.ann).toMatchObject({ ready: false, reason: 'no-answer' });
  room.tell({ type: 'order', agent: 'ann', state: 'ready' });
  expect(room.tell({ type: 'refused', interaction: 'i1', agent: 'bob', reason: 'busy' })[0]?.agent).toBe(
    'cid',
  );
});

test('wrap-up ends by itself', () => {
  const room = new Room();
  const agent = room.enter('i1') ?? '';
  room.tell({ type: 'accepted', interaction: 'i1', agent });
  room.tell({ type: 'free', agent, by: 'i1', wrapUpMs: 5_000 });
  expect(agentPhase(room.state.agents[agent]!, room.now)).toBe('wrap-up');
  room.now = nextDue(room.state) ?? 0;
  room.tell({ type: 'tick' });
  expect(agentPhase(room.state.agents[agent]!, room.now)).toBe('ready');
});

describe('whatever happens', () => {
  const agent = fc.constantFrom('ann', 'bob', 'cid');
  const name = fc.integer({ min: 0, max: 11 }).map((index) => `i${index}`);
  const event: fc.Arbitrary<AcdEvent> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constant('enter' as const),
        interaction: name,
        queue: fc.constantFrom('q', 'vip'),
        since: fc.constant(T0),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('leave' as const), interaction: name }) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('free' as const),
        agent,
        by: name,
        wrapUpMs: fc.constantFrom(0, 5_000),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('occupied' as const), agent, by: fc.constant('other') }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('free' as const),
        agent,
        by: fc.constant('other'),
        wrapUpMs: fc.constant(0),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('reachable' as const), agent, reachable: fc.boolean() }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('order' as const),
        agent,
        state: fc.constantFrom('ready' as const, 'not-ready' as const, 'signed-out' as const),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ type: 'tick' as const }) },
  );
  type Move = { event: AcdEvent } | { settle: 'accepted' | 'no-answer' | 'busy' } | { pass: number };
  const move: fc.Arbitrary<Move> = fc.oneof(
    event.map((each) => ({ event: each })),
    fc.constantFrom('accepted' as const, 'no-answer' as const, 'busy' as const).map((settle) => ({ settle })),
    fc.constantFrom(1_000, 6_000, 60_000).map((pass) => ({ pass })),
  );

  function play(moves: readonly Move[]): Room {
    const room = new Room();
    for (const each of moves) {
      if ('pass' in each) room.now += each.pass;
      else if ('event' in each) {
        // What is on offer ends by 'accepted', 'refused' or 'leave': its owner never says 'free' of it before.
        const { event: said } = each;
        const isOnOffer =
          said.type === 'free' &&
          room.state.waiting.some(
            ({ interaction, offeredTo }) => interaction === said.by && offeredTo !== undefined,
          );
        if (!isOnOffer) room.tell(said);
      } else {
        const open = room.state.waiting.find(({ offeredTo }) => offeredTo !== undefined);
        if (open?.offeredTo === undefined) continue;
        const { interaction, offeredTo } = open;
        room.tell(
          each.settle === 'accepted'
            ? { type: 'accepted', interaction, agent: offeredTo }
            : { type: 'refused', interaction, agent: offeredTo, reason: each.settle },
        );
      }
      holds(room);
    }
    return room;
  }

  function holds({ state, now, plan: of }: Room): void {
    const offered = state.waiting.flatMap(({ offeredTo }) => offeredTo ?? []);
    expect(new Set(offered).size, 'nobody has two on offer').toBe(offered.length);
    for (const id of offered) expect(state.agents[id]?.busyWith.length).toBeGreaterThan(0);
    const names = state.waiting.map(({ interaction }) => interaction);
    expect(new Set(names).size, 'nobody waits twice').toBe(names.length);
    const free = of.agents.filter(({ id }) => agentPhase(state.agents[id]!, now) === 'ready');
    const unoffered = state.waiting.filter(({ offeredTo }) => offeredTo === undefined);
    // Time alone frees nobody before the tick that says so.
    if (free.length > 0 && unoffered.length > 0) {
      const ticked = acd(state, { type: 'tick' }, now, of);
      expect(ticked.effects.length, 'nobody waits beside a free agent').toBeGreaterThan(0);
    }
  }

  test('nobody is offered two, nobody waits beside a free agent, and a replay decides the same', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 80 }), (moves) => {
        expect(play(moves).offers).toEqual(play(moves).offers);
      }),
      { numRuns: 300 },
    );
  });
});
