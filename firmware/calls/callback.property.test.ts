/** Callbacks through random histories: nobody is dialled twice at once, none is lost or doubled, whatever answers, refuses, hangs up or is killed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewEvent } from '@branchline/contracts/ledger';
import { interactionOf } from '../acd/callback.ts';
import type { StepInputs } from '../acd/replay.ts';
import { everyWaiting } from '../acd/state.ts';
import { branchOf, decidedAgain, smallBranch } from './bench.ts';
import { CAUSE, type CallEvent } from './events.ts';
import { adopt } from './adoption.ts';
import { PaperEngine } from './paper-engine.ts';
import type { StepResult } from './step.ts';
import type { SwitchboardState } from './state.ts';
import { decide, emptySwitchboard, nextDue } from './switchboard.ts';

const MINUTE = 60_000;
const CUSTOMERS = ['+8613900000001', '+8613900000002', '+8613900000003'];
const document = (first: 'agent' | 'customer', order: string, calls = true): object => ({
  ...smallBranch,
  queues: {
    service: {
      order,
      ring: '15s',
      'wrap-up': '0s',
      ...(calls ? { callback: { first, tries: 2, keep: '2h', missed: '5s' } } : {}),
      ...(calls ? { waiting: { press: { 1: 'callback service' } } } : {}),
    },
  },
  recording: { default: 'never', announce: false },
});

/** The service beside an engine on paper, with what it has on disk. */
class World {
  readonly engine = new PaperEngine();
  branch;
  state: SwitchboardState = emptySwitchboard;
  now = Date.UTC(2026, 0, 5, 2);
  /** Channels to customers, by number. */
  readonly dialled = new Map<string, string>();
  readonly asked = new Set<string>();
  readonly ended: string[] = [];
  calls = 0;
  readonly events: NewEvent[] = [];
  readonly acdInputs: StepInputs[] = [];

  readonly #document: (calls: boolean) => object;

  constructor(documentOf: (calls: boolean) => object) {
    this.#document = documentOf;
    this.branch = branchOf(documentOf(true));
    for (const phone of ['p2', 'p3']) this.happen({ type: 'phone', phone, reachable: true });
  }

  happen(event: CallEvent): void {
    this.#take(decide(this.state, event, this.now, this.branch));
    this.#hear();
  }

  #hear(): void {
    for (let next = this.engine.pending.shift(); next; next = this.engine.pending.shift())
      this.#take(decide(this.state, next, this.now, this.branch));
  }

  #take(result: StepResult): void {
    this.state = result.state;
    for (const effect of result.effects)
      if (effect.do === 'dial' && effect.endpoint.kind === 'gateway')
        this.dialled.set(effect.channel, effect.endpoint.number);
    this.engine.perform(result.effects);
    this.events.push(...result.events);
    if (result.acdInputs) this.acdInputs.push(result.acdInputs);
    for (const { type, body } of result.events) {
      if (type === 'callback.asked') this.asked.add(body.callback);
      if (type === 'callback.ended') this.ended.push(body.callback);
    }
    this.check();
  }

  /** A document with callbacks, or without. */
  changeDocument(calls: boolean): void {
    this.branch = branchOf(this.#document(calls));
    this.happen({ type: 'document-changed' });
  }

  /** Killed, meanwhile deaf, and back with what it has on disk. */
  restart(meanwhile: () => void): void {
    meanwhile();
    this.engine.forgetPending();
    this.state = JSON.parse(JSON.stringify(this.state)) as SwitchboardState;
    this.#take(adopt(this.state, this.engine.snapshot(), this.now, this.branch, 'service-restart'));
    this.#hear();
  }

  pass(ms: number): void {
    const until = this.now + ms;
    for (let ticks = 0; ; ticks += 1) {
      const due = nextDue(this.state, this.branch);
      if (due === undefined || due > until) break;
      if (ticks > 5_000) throw new Error(`time stands still at ${due - this.now}`);
      this.now = Math.max(this.now, due);
      this.happen({ type: 'tick' });
    }
    this.now = until;
  }

  callIn(number: string): void {
    this.calls += 1;
    const from = { kind: 'gateway', name: 'e1' } as const;
    const channel = `in-${this.calls}`;
    this.engine.arrive({ type: 'arrived', channel, from, callerNumber: number, dialled: '+8657186001001' });
    this.#hear();
  }

  /** Channels of a kind, in the order in which they were made. */
  channels(kind: 'phone' | 'customer' | 'caller', state: 'up' | 'down'): string[] {
    return [...this.engine.channels].flatMap(([id, channel]) => {
      const is = id.startsWith('in-') ? 'caller' : this.dialled.has(id) ? 'customer' : 'phone';
      return is === kind && channel.state === state ? [id] : [];
    });
  }

  check(): void {
    const { callbacks, acd } = this.state;
    const living = [...this.dialled].flatMap(([id, number]) =>
      this.engine.channels.has(id) ? [number] : [],
    );
    expect(new Set(living).size, 'a number dialled twice at once').toBe(living.length);
    const busy = Object.values(acd.agents).filter(({ work }) => work.length > 0).length;
    expect(this.channels('customer', 'down').length, 'more dialled than agents').toBeLessThanOrEqual(busy);
    const numbers = Object.values(callbacks).map(({ number }) => number);
    expect(new Set(numbers).size, 'two callbacks of a number').toBe(numbers.length);
    const open = [...this.asked].filter((id) => !this.ended.includes(id));
    expect(Object.keys(callbacks).sort(), 'lost or left over').toEqual(open.sort());
    expect(new Set(this.ended).size, 'ended twice').toBe(this.ended.length);
    const inQueue = new Set(everyWaiting(acd).map(({ interaction }) => interaction));
    for (const each of Object.values(callbacks)) {
      if (each.phase.at === 'waiting') expect(inQueue, 'waits nowhere').toContain(interactionOf(each));
      if (each.phase.at === 'paused') expect(inQueue, 'rests and waits').not.toContain(interactionOf(each));
      if (each.phase.at === 'dialling')
        expect(this.state.calls[interactionOf(each)], 'dialled by no call').toBeDefined();
    }
  }
}

const WHATS = [
  ...['ask', 'ask', 'ask', 'call', 'leave', 'pass', 'wait', 'ready', 'ready', 'ready', 'away'],
  ...['phone answers', 'phone answers', 'phone answers', 'phone refuses', 'phone hangs up'],
  ...[
    'customer answers',
    'customer answers',
    'customer busy',
    'customer hangs up',
    'cancel',
    'kill',
    'document',
  ],
] as const;
const move = fc.record({ what: fc.constantFrom(...WHATS), pick: fc.nat(20) });
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

function make(world: World, { what, pick }: Move): void {
  const one = (from: readonly string[]): string => from[pick % Math.max(1, from.length)] ?? '';
  const agent = one(['ann', 'bob']);
  const { engine } = world;
  const callers = world.channels('caller', 'up');
  switch (what) {
    case 'call':
      return world.callIn(one(CUSTOMERS));
    case 'ask': {
      for (const each of ['ann', 'bob'])
        world.happen({ type: 'agent-order', agent: each, state: 'not-ready' });
      world.callIn(one(CUSTOMERS));
      world.happen({ type: 'digit', channel: `in-${world.calls}`, digit: '1' });
      return;
    }
    case 'leave':
      engine.hangUp(one(callers), CAUSE.normal);
      break;
    case 'pass':
      return world.pass(pick * 1_000);
    case 'wait':
      return world.pass(pick * MINUTE);
    case 'ready':
    case 'away':
      return world.happen({ type: 'agent-order', agent, state: what === 'ready' ? 'ready' : 'not-ready' });
    case 'phone answers':
      engine.answer(one(world.channels('phone', 'down')));
      break;
    case 'phone refuses':
      engine.hangUp(one(world.channels('phone', 'down')), pick % 2 === 0 ? CAUSE.rejected : CAUSE.busy);
      break;
    case 'phone hangs up':
      engine.hangUp(one(world.channels('phone', 'up')), CAUSE.normal);
      break;
    case 'customer answers':
      engine.answer(one(world.channels('customer', 'down')));
      break;
    case 'customer busy':
      engine.hangUp(one(world.channels('customer', 'down')), pick % 2 === 0 ? CAUSE.busy : CAUSE.congestion);
      break;
    case 'customer hangs up':
      engine.hangUp(one(world.channels('customer', 'up')), CAUSE.normal);
      break;
    case 'cancel':
      return world.happen({ type: 'cancel-callback', callback: one(Object.keys(world.state.callbacks)) });
    case 'document':
      return world.changeDocument(pick % 3 === 0);
    case 'kill':
      return;
  }
  world.happen({ type: 'tick' });
}

function settle(world: World): void {
  world.restart(() => undefined);
  world.changeDocument(true);
  for (let round = 0; round < 40; round += 1) {
    for (const channel of world.channels('caller', 'up')) world.engine.hangUp(channel, CAUSE.normal);
    for (const agent of ['ann', 'bob']) {
      world.happen({ type: 'agent-order', agent, state: 'ready' });
      world.happen({ type: 'phone', phone: agent === 'ann' ? 'p2' : 'p3', reachable: true });
    }
    for (const kind of ['phone', 'customer', 'phone'] as const) {
      for (const channel of world.channels(kind, 'down')) world.engine.answer(channel);
      world.happen({ type: 'tick' });
    }
    for (const channel of [...world.channels('phone', 'up'), ...world.channels('customer', 'up')])
      world.engine.hangUp(channel, CAUSE.normal);
    world.happen({ type: 'tick' });
    world.pass(MINUTE);
  }
}

test.each([
  ['agent', 'linear'],
  ['customer', 'linear'],
  ['agent', 'ring-all'],
  ['customer', 'ring-all'],
] as const)(
  '%s first, %s',
  (first, order) => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 30, maxLength: 80 }), (moves) => {
        const world = new World((calls) => document(first, order, calls));
        moves.forEach((each, index) => {
          if (each.what !== 'kill') return make(world, each);
          // What the next one is happens while nobody hears it.
          const next = moves[index + 1];
          const { engine } = world;
          const deaf = (): void => {
            if (next?.what === 'phone answers')
              for (const id of world.channels('phone', 'down')) engine.answer(id);
            if (next?.what === 'customer answers')
              for (const id of world.channels('customer', 'down')) engine.answer(id);
            if (next?.what === 'customer busy')
              for (const id of world.channels('customer', 'down')) engine.hangUp(id, CAUSE.busy);
            if (next?.what === 'phone hangs up')
              for (const id of world.channels('phone', 'up')) engine.hangUp(id, CAUSE.normal);
          };
          world.restart(deaf);
        });
        settle(world);
        expect(world.state.callbacks).toEqual({});
        expect(Object.keys(world.state.calls)).toEqual([]);
        for (const { work } of Object.values(world.state.acd.agents)) expect(work).toEqual([]);
        const branches = [true, false].map((calls) => branchOf(document(first, order, calls)));
        expect(decidedAgain(world.acdInputs, world.events, branches)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  },
  60_000,
);
