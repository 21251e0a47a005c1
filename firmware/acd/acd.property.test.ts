/**
 * Whatever happens in whatever order: nothing is offered to two at once (unless all ring), nothing is lost, nothing waits beside somebody who
 * could serve it, equals keep their order, nobody has more than he may, counts add up, and a replay decides the same.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Room, T0, queueOf } from './bench.ts';
import { planOf, stageAt, type AcdPlan } from './plan.ts';
import { unable } from './judging.ts';
import { canTake } from './agents.ts';
import { replay } from './replay.ts';
import { everyWaiting, mediumOf, type AcdEvent, type Kind } from './state.ts';

const MINUTE = 60_000;

const plan: AcdPlan = planOf({
  queues: {
    q: queueOf('q', {
      prefers: { refund: 3 },
      relax: [
        { afterMs: 10_000, insists: { refund: 2 } },
        { afterMs: 30_000, insists: {} },
      ],
      levels: { 2: 20_000 },
      lastAgent: { withinMs: 60 * MINUTE, waitMs: 15_000 },
      priority: { default: 0, tags: { vip: 3 }, ageingPerMinute: 1 },
      announce: { say: ['position'], firstMs: 5_000, everyMs: 20_000, comfort: 'hold' },
    }),
    turns: queueOf('turns', { order: 'round-robin', wrapUpMs: 5_000, outAfterMisses: 2 }),
    least: queueOf('least', {
      order: 'least-occupied',
      needs: { english: 1 },
      overflow: [
        { when: { kind: 'waiting', overMs: 3 * MINUTE }, to: { kind: 'queue', name: 'q' } },
        { when: { kind: 'nobody-there' }, to: { kind: 'queue', name: 'turns' } },
        { when: { kind: 'expected-wait', overMs: 2 * MINUTE }, to: { kind: 'hang-up' } },
      ],
    }),
    all: queueOf('all', { order: 'ring-all', outAfterMisses: 0 }),
  },
  agents: [
    { id: 'ann', queues: { q: 1, turns: 1, all: 1 }, skills: { refund: 3 }, atOnce: 1 },
    {
      id: 'bob',
      queues: { q: 2, turns: 1, least: 1 },
      skills: { refund: 2, english: 2 },
      atOnce: 2,
      chats: 2,
    },
    { id: 'cid', queues: { q: 1, least: 2, all: 2 }, skills: { english: 1 }, atOnce: 1, chats: 3 },
    { id: 'dan', queues: { turns: 2, all: 1 }, skills: {}, atOnce: 1 },
  ],
});

type Move =
  | { do: 'enter'; name: string; queue: string; kind: Kind; vip: boolean; customer: string; needs: boolean }
  | { do: 'leave' | 'accept' | 'free'; pick: number }
  | { do: 'refuse'; pick: number; reason: 'no-answer' | 'busy' | 'declined' | 'unreachable' }
  | { do: 'promote'; pick: number; priority: number }
  | { do: 'other'; agent: string; begins: boolean }
  | { do: 'reach'; agent: string; reachable: boolean }
  | { do: 'order'; agent: string; state: 'ready' | 'not-ready' | 'signed-out' }
  | { do: 'wrap-up'; agent: string; moreMs: number | 'end' }
  | { do: 'new-day' }
  | { do: 'pass'; ms: number };

const agent = fc.constantFrom('ann', 'bob', 'cid', 'dan');
const pick = fc.nat(20);
const one = <T extends string>(of: T) => fc.constant(of);
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: one('enter'),
      name: fc.nat(30).map((index) => `i${index}`),
      queue: fc.constantFrom('q', 'turns', 'least', 'all'),
      kind: fc.constantFrom<Kind[]>('call', 'call', 'call', 'callback', 'chat'),
      vip: fc.boolean(),
      customer: fc.constantFrom('+1', '+2', '+3'),
      needs: fc.nat(5).map((index) => index === 0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: one('leave'), pick }) },
  { weight: 8, arbitrary: fc.record({ do: one('accept'), pick }) },
  { weight: 6, arbitrary: fc.record({ do: one('free'), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: one('refuse'),
      pick,
      reason: fc.constantFrom(
        'no-answer' as const,
        'busy' as const,
        'declined' as const,
        'unreachable' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: one('promote'), pick, priority: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ do: one('other'), agent, begins: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: one('reach'), agent, reachable: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: one('order'),
      agent,
      state: fc.constantFrom('ready' as const, 'ready' as const, 'not-ready' as const, 'signed-out' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: one('wrap-up'),
      agent,
      moreMs: fc.constantFrom<(number | 'end')[]>('end', 3_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: one('new-day') }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: one('pass'), ms: fc.constantFrom(1, 1_000, 6_000, 31_000, 4 * MINUTE) }),
  },
);

/** A room and what ought to be in it. */
class World {
  readonly room = new Room(plan);
  readonly entered = new Set<string>();
  readonly left = new Set<string>();
  accepted = 0;

  play(step: Move): void {
    const { room } = this;
    const seen = room.effects.length;
    switch (step.do) {
      case 'enter':
        this.#enter(step);
        break;
      case 'leave': {
        const waiting = this.#waiting(step.pick);
        if (!waiting) break;
        room.tell({ type: 'leave', interaction: waiting.interaction });
        for (const id of waiting.offers)
          room.tell({ type: 'refused', interaction: waiting.interaction, agent: id, reason: 'caller-gone' });
        this.left.add(waiting.interaction);
        break;
      }
      case 'accept': {
        const open = this.#open(step.pick);
        if (!open) break;
        room.tell({ type: 'accepted', ...open });
        this.accepted += 1;
        this.left.add(open.interaction);
        break;
      }
      case 'refuse': {
        const open = this.#open(step.pick);
        if (open) room.tell({ type: 'refused', ...open, reason: step.reason });
        break;
      }
      case 'free': {
        const [who, work] = this.#served(step.pick) ?? [];
        if (who !== undefined && work !== undefined)
          room.tell({ type: 'free', agent: who, by: work, wrapUpMs: step.pick % 2 === 0 ? 0 : 4_000 });
        break;
      }
      case 'promote': {
        const waiting = this.#waiting(step.pick);
        if (waiting)
          room.tell({ type: 'promote', interaction: waiting.interaction, priority: step.priority });
        break;
      }
      case 'other':
        room.tell(
          step.begins
            ? { type: 'occupied', agent: step.agent, by: `other-${step.agent}` }
            : { type: 'free', agent: step.agent, by: `other-${step.agent}`, wrapUpMs: 0 },
        );
        break;
      case 'pass':
        room.pass(step.ms);
        break;
      default:
        room.tell(eventOf(step));
    }
    this.#obey(seen);
  }

  #enter({ name, queue, kind, vip, customer, needs }: Extract<Move, { do: 'enter' }>): void {
    if (this.entered.has(name)) return;
    this.entered.add(name);
    this.room.enter(name, queue, {
      kind,
      tags: vip ? ['vip'] : [],
      customer,
      ...(needs ? { needs: { english: 2 } } : {}),
    });
  }

  /** What whoever performs effects tells back: who was called off is rid of it, who was sent on is gone. */
  #obey(from: number): void {
    const { room } = this;
    for (let index = from; index < room.effects.length; index += 1) {
      const effect = room.effects[index];
      if (effect?.do === 'withdraw')
        room.tell({
          type: 'refused',
          interaction: effect.interaction,
          agent: effect.agent,
          reason: 'withdrawn',
        });
      if (effect?.do === 'overflow') this.left.add(effect.interaction);
    }
  }

  #waiting(index: number) {
    const all = everyWaiting(this.room.state);
    return all[index % Math.max(1, all.length)];
  }

  #open(index: number): { interaction: string; agent: string } | undefined {
    const all = everyWaiting(this.room.state).flatMap(({ interaction, offers }) =>
      offers.map((id) => ({ interaction, agent: id })),
    );
    return all[index % Math.max(1, all.length)];
  }

  #served(index: number): [string, string] | undefined {
    const all = Object.entries(this.room.state.agents).flatMap(([id, { work }]) =>
      work.filter(({ as }) => as === 'served').map(({ what }): [string, string] => [id, what]),
    );
    return all[index % Math.max(1, all.length)];
  }
}

function eventOf(step: Extract<Move, { do: 'reach' | 'order' | 'wrap-up' | 'new-day' }>): AcdEvent {
  switch (step.do) {
    case 'reach':
      return { type: 'reachable', agent: step.agent, reachable: step.reachable };
    case 'order':
      return { type: 'order', agent: step.agent, state: step.state };
    case 'wrap-up':
      return { type: 'wrap-up', agent: step.agent, moreMs: step.moreMs };
    case 'new-day':
      return { type: 'new-day' };
  }
}

function holdsTogether({ room, entered, left, accepted }: World): void {
  const { state, now } = room;
  const all = everyWaiting(state);
  expect(new Set(all.map(({ interaction }) => interaction)), 'none lost, none twice').toEqual(
    new Set([...entered].filter((name) => !left.has(name))),
  );
  for (const { queue, offers } of all)
    if (queue !== 'all') expect(offers.length, 'not offered to two').toBeLessThanOrEqual(1);
  const offered = all.flatMap(({ interaction, offers }) => offers.map((id) => `${id} ${interaction}`)).sort();
  const ringing = Object.entries(state.agents)
    .flatMap(([id, { work }]) => work.filter(({ as }) => as === 'offered').map(({ what }) => `${id} ${what}`))
    .sort();
  expect(ringing, 'who rings is who has it on offer').toEqual(offered);
  for (const { id, atOnce, chats = 0 } of plan.agents) {
    const work = (state.agents[id]?.work ?? []).filter(({ as }) => as !== 'elsewhere');
    expect(work.filter(({ medium }) => medium === 'voice').length).toBeLessThanOrEqual(atOnce);
    expect(work.filter(({ medium }) => medium === 'text').length).toBeLessThanOrEqual(chats);
  }
  const days = Object.values(state.agents).reduce((sum, { answered }) => sum + answered, 0);
  expect(days, 'counts add up').toBeLessThanOrEqual(accepted);
  expect(stuck(state, now), 'nobody waits beside somebody who could serve him').toEqual([]);
  expect(JSON.parse(JSON.stringify(state)), 'plain JSON').toEqual(state);
}

/** Interactions that nobody has on offer while somebody fit is free, apart from such as are kept for the agent of last time. */
function stuck(state: Room['state'], now: number): string[] {
  return everyWaiting(state).flatMap((waiting) => {
    const queue = plan.queues[waiting.queue]!;
    if (waiting.offers.length > 0 || waiting.lastAgent !== undefined) return [];
    const stage = queue.stages[stageAt(queue, now - waiting.enteredAt)]!;
    const fit = queue.members.filter(
      (member) =>
        unable(queue, stage, member, waiting) === undefined &&
        canTake(state.agents[member.agent.id]!, member.agent, mediumOf(waiting.kind), now),
    );
    return fit.map(({ agent: { id } }) => `${waiting.interaction} beside ${id}`);
  });
}

const played = (moves: readonly Move[]): World => {
  const world = new World();
  for (const step of moves) {
    world.play(step);
    holdsTogether(world);
  }
  return world;
};

test('whatever happens, all of it holds together', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 100 }), (moves) => void played(moves)),
    { numRuns: 300 },
  );
});

test('a replay of what mattered decides the same, byte for byte', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 100 }), (moves) => {
      const world = new World();
      for (const step of moves) world.play(step);
      const { inputs, effects } = world.room;
      const written = JSON.parse(JSON.stringify(inputs)) as typeof inputs;
      const decisions = replay(written, (id) => (id === plan.id ? plan : undefined))?.decisions ?? [];
      expect(JSON.stringify(decisions.map(({ effect }) => effect))).toBe(JSON.stringify(effects));
    }),
    { numRuns: 300 },
  );
});

describe('order', () => {
  test('of equals, nobody is served before one who came before him', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 2, maxLength: 40 }), (gaps) => {
        const room = new Room(
          planOf({
            queues: { q: queueOf('q') },
            agents: [{ id: 'ann', queues: { q: 1 }, skills: {}, atOnce: 1 }],
          }),
        );
        gaps.forEach((gap, index) => {
          room.now += gap;
          room.enter(`${index}`);
        });
        for (let index = 0; index < gaps.length; index += 1) {
          const open = everyWaiting(room.state).find(({ offers }) => offers.length > 0);
          expect(open?.interaction).toBe(`${index}`);
          room.serve(`${index}`, 'ann');
        }
      }),
    );
  });

  test('ageing: a stream of VIPs keeps nobody waiting longer than their lead is worth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 5 }),
        (lead, ageingPerMinute) => {
          const room = new Room(
            planOf({
              queues: { q: queueOf('q', { priority: { default: 0, tags: { vip: lead }, ageingPerMinute } }) },
              agents: [{ id: 'ann', queues: { q: 1 }, skills: {}, atOnce: 1 }],
            }),
          );
          room.enter('v0', 'q', { tags: ['vip'] });
          room.enter('plain');
          for (let index = 1; index < 200; index += 1) {
            room.enter(`v${index}`, 'q', { tags: ['vip'] });
            const open = everyWaiting(room.state).find(({ offers }) => offers.length > 0);
            if (open?.interaction === 'plain') break;
            room.serve(open!.interaction, 'ann', 30_000);
          }
          // Nobody who comes later than this is before him: lead / ageing minutes, and the VIPs who came until then.
          const waited = room.now - T0;
          const worth = (lead / ageingPerMinute) * MINUTE;
          expect(everyWaiting(room.state).find(({ interaction }) => interaction === 'plain')?.offers).toEqual(
            ['ann'],
          );
          expect(waited).toBeLessThanOrEqual(worth + 60_000);
        },
      ),
    );
  });
});
