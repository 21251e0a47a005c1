/**
 * Whatever happens in whatever order, also when the service dies in between: every call ends exactly once, nobody is left
 * behind in a queue or busy with a call that is no more, nobody is in two talks, and the figures add up.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { figuresOf } from '@branchline/contracts/queue-figures';
import { everyWaiting } from '../acd/state.ts';
import { Bench, smallBranch } from './bench.ts';
import type { CallOrder } from './call-order.ts';
import { PaperEngine } from './paper-engine.ts';

/** A bench begins with its agents. */
const BEGIN = new Bench().now;

type Move =
  | { do: 'call-in'; number: string }
  | { do: 'call-out'; phone: string; dialled: string }
  | { do: 'answer'; pick: number }
  | { do: 'hang-up'; pick: number; cause: number }
  | { do: 'digit'; pick: number; digit: string }
  | { do: 'hold'; pick: number }
  | { do: 'blind'; pick: number; dialled: string }
  | { do: 'attended'; pick: number; other: number }
  | { do: 'phone'; phone: string; reachable: boolean }
  | { do: 'order'; agent: string; state: 'ready' | 'not-ready' | 'signed-out' }
  | { do: 'ask'; pick: number; what: CallOrder['do']; extension: string; mode: 'listen' | 'barge' }
  | { do: 'pass'; ms: number }
  /** The service dies: what the engine has on its way is lost, and calls are adopted. */
  | { do: 'restart' }
  | { do: 'engine-restart' };

const pick = fc.nat(50);
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('call-in' as const),
      number: fc.constantFrom('+8657186001000', '057186001001', '1029', '999'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('call-out' as const),
      phone: fc.constantFrom('p1', 'p2', 'p3'),
      dialled: fc.constantFrom(
        '8001',
        '8002',
        '8003',
        '013912345678',
        '120',
        '*51',
        '*50',
        '77',
        '8701',
        '8702',
        '*8',
        '*88002',
      ),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('hang-up' as const),
      pick,
      cause: fc.constantFrom(16, 17, 19, 20, 21, 34, 18),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('digit' as const), pick, digit: fc.constantFrom('0', '1', '9') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hold' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('blind' as const),
      pick,
      dialled: fc.constantFrom('8001', '8002', '013912345678', '99', '*70', '8701'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('attended' as const), pick, other: pick }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('phone' as const),
      phone: fc.constantFrom('p2', 'p3'),
      reachable: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      agent: fc.constantFrom('ann', 'bob'),
      state: fc.constantFrom('ready' as const, 'not-ready' as const, 'signed-out' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(100, 3_000, 16_000, 95_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      pick,
      what: fc.constantFrom<CallOrder['do'][]>(
        'supervise',
        'end-supervision',
        'move',
        'park',
        'conference',
        'hold',
        'resume',
        'consult',
        'transfer',
        'pick-up',
        'give',
      ),
      extension: fc.constantFrom('8001', '8002', '8003'),
      mode: fc.constantFrom('listen' as const, 'barge' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'engine-restart' as const }) },
);

function orderOf(
  { what, extension, mode }: Extract<Move, { do: 'ask' }>,
  call: string,
  other: string,
): CallOrder {
  switch (what) {
    case 'supervise':
      return { do: what, call, extension, mode };
    case 'end-supervision':
      return { do: what, call };
    case 'move':
      return { do: what, call, to: { kind: 'extension', name: extension } };
    case 'give':
      return { do: what, call, agent: extension === '8002' ? 'ann' : 'bob' };
    case 'park':
    case 'pick-up':
      return { do: what, call, extension };
    case 'hold':
    case 'resume':
      return { do: what, call, extension };
    case 'consult':
      return { do: what, call, extension, to: '8003' };
    case 'transfer':
      return { do: what, call, extension, ...(mode === 'barge' ? { with: other } : { to: '8003' }) };
    case 'conference':
      return { do: what, call, extension, ...(mode === 'barge' ? { with: other } : { invite: '8003' }) };
  }
}

class World {
  readonly bench = new Bench({
    ...smallBranch,
    supervision: { allow: ['managers'] },
    parking: { slots: '8701..8702', for: '20s' },
    people: {
      ...smallBranch.people,
      bob: { ...smallBranch.people.bob, mobile: '+86 139 0000 0009', 'mobile-rings': 'when-unreachable' },
    },
    queues: {
      service: { ...smallBranch.queues.service, overflow: [{ when: 'waiting > 50s', to: 'extension 8001' }] },
    },
  });
  readonly engine = new PaperEngine();
  #next = 0;

  play(step: Move): void {
    const channels = [...this.engine.channels.keys()];
    const at = (index: number): string => channels[index % Math.max(1, channels.length)] ?? 'none';
    switch (step.do) {
      case 'call-in':
        this.engine.arrive({
          type: 'arrived',
          channel: this.#name(),
          from: { kind: 'gateway', name: 'e1' },
          callerNumber: '13900000001',
          dialled: step.number,
        });
        break;
      case 'call-out':
        this.engine.arrive({
          type: 'arrived',
          channel: this.#name(),
          from: { kind: 'phone', name: step.phone },
          callerNumber: '',
          dialled: step.dialled,
        });
        break;
      case 'answer':
        this.engine.answer(at(step.pick));
        break;
      case 'hang-up':
        this.engine.hangUp(at(step.pick), step.cause);
        break;
      case 'digit':
        this.engine.pending.push({ type: 'digit', channel: at(step.pick), digit: step.digit });
        break;
      case 'hold':
        this.engine.pending.push({ type: 'held', channel: at(step.pick) });
        break;
      case 'blind':
        this.engine.pending.push({
          type: 'transfer',
          channel: at(step.pick),
          to: { kind: 'blind', dialled: step.dialled },
        });
        break;
      case 'attended':
        this.engine.pending.push({
          type: 'transfer',
          channel: at(step.pick),
          to: { kind: 'attended', otherChannel: at(step.other) },
        });
        break;
      case 'phone':
        this.engine.pending.push({ type: 'phone', phone: step.phone, reachable: step.reachable });
        break;
      case 'order':
        this.engine.pending.push({ type: 'agent-order', agent: step.agent, state: step.state });
        break;
      case 'ask': {
        const calls = Object.keys(this.bench.state.calls);
        const call = calls[step.pick % Math.max(1, calls.length)] ?? 'none';
        const other = calls[(step.pick + 1) % Math.max(1, calls.length)] ?? 'none';
        this.engine.pending.push({ type: 'order', order: orderOf(step, call, other), by: 'test' });
        break;
      }
      case 'pass':
        return this.pass(step.ms);
      case 'restart':
      case 'engine-restart':
        return this.restart(step.do);
    }
    this.settle();
  }

  settle(): void {
    for (let event = this.engine.pending.shift(); event; event = this.engine.pending.shift()) {
      this.engine.perform(this.bench.happen(event).effects);
    }
  }

  pass(ms: number): void {
    const seen = this.bench.effects.length;
    this.bench.pass(ms);
    this.engine.perform(this.bench.effects.slice(seen));
    this.settle();
  }

  restart(kind: 'restart' | 'engine-restart'): void {
    this.engine.forgetPending();
    if (kind === 'engine-restart') {
      this.engine.channels.clear();
      this.engine.bridges.clear();
    }
    const after = kind === 'restart' ? 'service-restart' : 'engine-restart';
    this.engine.perform(this.bench.adopt(this.engine.snapshot(), after).effects);
    this.settle();
  }

  #name(): string {
    this.#next += 1;
    return `c${this.#next}`;
  }
}

function holdsTogether({ bench, engine }: World): void {
  const { calls, channels, acd } = bench.state;
  const waitingNow = everyWaiting(acd);
  for (const waiting of waitingNow)
    expect(calls[waiting.interaction]?.stage).toMatchObject({ at: 'queue', queue: waiting.queue });
  for (const call of Object.values(calls)) {
    if (call.stage.at === 'queue' && !call.ending)
      expect(waitingNow.map((waiting) => waiting.interaction)).toContain(call.id);
  }
  for (const agent of Object.values(acd.agents))
    for (const { what } of agent.work) expect(calls[what]).toBeDefined();
  for (const [channel, call] of Object.entries(channels)) {
    expect(calls[call], `channel ${channel} belongs to a call that is no more`).toBeDefined();
    expect(engine.channels.has(channel), `channel ${channel} is no more`).toBe(true);
  }
  const members = [...engine.bridges.values()].flatMap((bridge) => [...bridge]);
  expect(new Set(members).size).toBe(members.length);
  for (const leg of Object.values(calls).flatMap((call) => Object.values(call.legs)))
    if (leg.mobile && !leg.mobile.taken)
      expect([leg.state === 'up', members.includes(leg.id)]).toEqual([false, false]);
}

function figuresAddUp(bench: Bench): void {
  const events = bench.events.map((event, index) => ({
    ...event,
    seq: index + 1,
    at: new Date(event.at).toISOString(),
  }));
  const range = { from: 0, to: Infinity, queue: () => undefined };
  const { queues, total, agents } = figuresOf(events, range, bench.now);
  for (const one of [...Object.values(queues), total]) {
    const { offered, answered, abandoned, shortAbandoned, overflowed, ended, waiting } = one;
    expect(answered + abandoned + shortAbandoned + overflowed + ended).toBe(offered);
    expect(waiting).toBe(0);
  }
  expect(total.offered).toBe(
    new Set(events.flatMap(({ type, call }) => (type === 'call.queued' ? [call] : []))).size,
  );
  const answers = Object.values(agents).reduce((sum, agent) => sum + agent.answered, 0);
  // Who picks up what rings at an agent need not be an agent himself.
  const byOthers = Object.values(queues).reduce((sum, queue) => sum + queue.answered, 0) - answers;
  expect(byOthers).toBeGreaterThanOrEqual(0);
  expect(byOthers).toBeLessThanOrEqual(events.filter(({ type }) => type === 'call.picked-up').length);
  for (const agent of Object.values(agents)) {
    const notReadyMs = Object.values(agent.notReadyMs).reduce((sum, ms) => sum + ms, 0);
    expect(agent.readyMs + notReadyMs + agent.signedOutMs).toBe(bench.now - BEGIN);
  }
}

test('every call ends exactly once and leaves nothing behind', () => {
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 60 }), (moves) => {
      const world = new World();
      for (const step of moves) {
        world.play(step);
        holdsTogether(world);
      }
      for (let round = 0; round < 5; round += 1) {
        for (const channel of [...world.engine.channels.keys()]) world.engine.hangUp(channel, 16);
        world.settle();
        world.pass(100_000);
      }
      const { bench } = world;
      expect(bench.state.calls).toEqual({});
      expect(bench.state.channels).toEqual({});
      expect(Object.values(bench.state.acd.agents).flatMap((agent) => agent.work)).toEqual([]);
      const ended = bench.events.flatMap(({ type, call }) => (type === 'call.ended' ? [call] : []));
      const offered = bench.events.flatMap(({ type, call }) => (type === 'call.offered' ? [call] : []));
      expect([...ended].sort()).toEqual([...offered].sort());
      for (const body of bench.bodies('call.ended')) expect(body.talkMs).toBeLessThanOrEqual(body.totalMs);
      expect(bench.decidedAgain()).toBeUndefined();
      figuresAddUp(bench);
    }),
    { numRuns: 400 },
  );
}, 60_000);
