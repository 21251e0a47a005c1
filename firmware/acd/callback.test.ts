import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acd } from './acd.ts';
import { Room, T0, smallPlan } from './bench.ts';
import {
  callback,
  nextCallbackDue,
  type CallbackEffect,
  type CallbackEvent,
  type CallbackPlan,
  type CallbackState,
} from './callback.ts';
import { everyWaiting } from './state.ts';

const MINUTE = 60_000;
const policy = {
  first: 'agent',
  tries: 3,
  againAfterMs: 10 * MINUTE,
  ringMs: 30_000,
  keepMs: 8 * 60 * MINUTE,
} as const;

/** Callbacks beside an ACD whose effects are carried out. */
class Desk {
  readonly room = new Room(smallPlan());
  state: CallbackState = {};
  readonly effects: CallbackEffect[] = [];
  closed = false;
  gone = false;
  readonly plan: CallbackPlan = {
    policy: () => (this.gone ? undefined : policy),
    mayCall: () => !this.closed,
  };

  tell(event: CallbackEvent): CallbackEffect[] {
    const { room } = this;
    const result = callback(this.state, event, room.now, this.plan);
    this.state = result.state;
    this.effects.push(...result.effects);
    for (const effect of result.effects) {
      if (effect.do === 'enter') {
        const { id, queue, since, tags, number } = effect.callback;
        const [agent] = room.enter(id, queue, { kind: 'callback', since, tags, customer: number });
        if (agent !== undefined) this.tell({ type: 'offered', id, agent });
      }
      if (effect.do === 'leave') room.tell({ type: 'leave', interaction: effect.callback.id });
    }
    return [...result.effects];
  }

  ask(id: string, number = `+${id}`, since = this.room.now): CallbackEffect[] {
    return this.tell({ type: 'asked', id, number, queue: 'q', since });
  }

  /** The customer did not answer: the agent who was taken is free again. */
  miss(id: string): CallbackEffect[] {
    const agent = this.state[id]?.agent ?? '';
    this.room.tell({ type: 'leave', interaction: id });
    this.room.tell({ type: 'refused', interaction: id, agent, reason: 'caller-gone' });
    return this.tell({ type: 'not-reached', id, because: 'no-answer' });
  }

  pass(ms: number): void {
    const until = this.room.now + ms;
    for (;;) {
      const due = nextCallbackDue(this.state, this.plan);
      if (due === undefined || due > until) break;
      this.room.now = Math.max(this.room.now, due);
      this.tell({ type: 'tick' });
    }
    this.room.now = until;
  }
}
const busy = (desk: Desk): void => {
  for (const agent of ['ann', 'bob', 'cid']) desk.room.tell({ type: 'occupied', agent, by: `x-${agent}` });
};

describe('a callback', () => {
  test('keeps the place of the caller who asked for it', () => {
    const desk = new Desk();
    busy(desk);
    desk.room.enter('early');
    desk.room.now += 2 * MINUTE;
    desk.room.enter('late');
    desk.ask('back', '+1', T0 + MINUTE);
    expect(everyWaiting(desk.room.state).map(({ interaction, kind }) => [interaction, kind])).toEqual([
      ['early', 'call'],
      ['back', 'callback'],
      ['late', 'call'],
    ]);
  });

  test('has an agent taken before the customer is dialled', () => {
    const desk = new Desk();
    desk.ask('back');
    expect(desk.effects.at(-1)).toMatchObject({ do: 'dial', agent: 'ann', first: 'agent', ringMs: 30_000 });
    desk.tell({ type: 'answered', id: 'back' });
    expect(desk.effects.at(-1)).toMatchObject({
      do: 'end',
      callback: { id: 'back', attempts: 1 },
      outcome: 'reached',
    });
    expect(desk.state).toEqual({});
  });

  test('is one for each number', () => {
    const desk = new Desk();
    busy(desk);
    desk.ask('one', '+1');
    expect(desk.ask('two', '+1')).toEqual([{ do: 'already', number: '+1', id: 'one' }]);
    expect(Object.keys(desk.state)).toEqual(['one']);
  });

  test('is tried again after a pause, with its old place, and given up in the end', () => {
    const desk = new Desk();
    desk.ask('back');
    desk.miss('back');
    expect(desk.effects.at(-1)).toMatchObject({
      do: 'pause',
      callback: { id: 'back', attempts: 1 },
      because: 'no-answer',
      until: T0 + 10 * MINUTE,
    });
    desk.pass(10 * MINUTE);
    expect(desk.state.back).toMatchObject({ phase: { at: 'dialling' }, since: T0, attempts: 1 });
    desk.miss('back');
    desk.pass(10 * MINUTE);
    desk.miss('back');
    expect(desk.effects.at(-1)).toMatchObject({
      do: 'end',
      callback: { id: 'back', attempts: 3 },
      outcome: 'given-up',
      because: 'no-answer',
    });
  });

  test('an agent who does not answer is no try at the customer', () => {
    const desk = new Desk();
    desk.ask('back');
    desk.room.tell({ type: 'leave', interaction: 'back' });
    desk.room.tell({ type: 'refused', interaction: 'back', agent: 'ann', reason: 'no-answer' });
    desk.tell({ type: 'agent-gone', id: 'back' });
    expect(desk.state.back).toMatchObject({ attempts: 0, agent: 'bob', phase: { at: 'dialling' } });
  });

  test('rests while customers are not called, and goes on when they are', () => {
    const desk = new Desk();
    busy(desk);
    desk.ask('back');
    desk.closed = true;
    desk.tell({ type: 'tick' });
    expect(desk.state.back?.phase.at).toBe('paused');
    expect(everyWaiting(desk.room.state)).toEqual([]);
    desk.pass(60 * MINUTE);
    expect(desk.state.back?.phase.at).toBe('paused');
    desk.closed = false;
    desk.pass(MINUTE);
    expect(desk.state.back).toMatchObject({ phase: { at: 'waiting' }, since: T0 });
  });

  test('is over when the customer called himself, or it has become too late', () => {
    const desk = new Desk();
    busy(desk);
    desk.ask('one', '+1');
    desk.tell({ type: 'called-again', number: '+1' });
    expect(desk.effects.slice(-2)).toMatchObject([
      { do: 'leave', callback: { id: 'one' } },
      { do: 'end', callback: { id: 'one', attempts: 0 }, outcome: 'called-again' },
    ]);
    desk.ask('two', '+2');
    desk.pass(8 * 60 * MINUTE);
    expect(desk.effects.at(-1)).toMatchObject({
      do: 'end',
      callback: { id: 'two' },
      outcome: 'too-late',
    });
    expect(everyWaiting(desk.room.state)).toEqual([]);
  });

  test('lives through a restart: what was being dialled and is no more waits again', () => {
    const desk = new Desk();
    desk.ask('one', '+1');
    desk.ask('two', '+2');
    desk.room.tell({ type: 'alive', interactions: ['two'] });
    desk.state = JSON.parse(JSON.stringify(desk.state)) as CallbackState;
    desk.tell({ type: 'alive', ids: ['two'] });
    expect(desk.state.two?.phase.at).toBe('dialling');
    expect(desk.state.one).toMatchObject({ phase: { at: 'dialling' }, since: T0, attempts: 0 });
  });

  test('is not called earlier because the service was restarted', () => {
    const desk = new Desk();
    desk.ask('back');
    desk.miss('back');
    desk.tell({ type: 'alive', ids: [] });
    expect(desk.state.back).toMatchObject({ phase: { at: 'paused', until: T0 + 10 * MINUTE } });
  });

  test('lives through a document without its queue, for a day', () => {
    const desk = new Desk();
    busy(desk);
    desk.ask('one');
    desk.gone = true;
    desk.tell({ type: 'tick' });
    expect(desk.state.one?.phase.at).toBe('paused');
    desk.gone = false;
    desk.pass(MINUTE);
    expect(desk.state.one?.phase.at).toBe('waiting');
    desk.gone = true;
    desk.room.now += 25 * 60 * MINUTE;
    desk.tell({ type: 'tick' });
    expect(desk.effects.at(-1)).toMatchObject({ outcome: 'queue-gone' });
  });
});

test('never are more customers dialled than agents are taken for them, whatever happens', () => {
  const moves = fc.array(
    fc.record({
      what: fc.constantFrom('ask', 'miss', 'answer', 'agent-gone', 'again', 'pass', 'order', 'close'),
      pick: fc.nat(9),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(moves, (steps) => {
      const desk = new Desk();
      for (const { what, pick } of steps) {
        const open = Object.values(desk.state).filter(({ phase }) => phase.at === 'dialling');
        const one = open[pick % Math.max(1, open.length)];
        if (what === 'ask') desk.ask(`i${desk.effects.length}`, `+${pick}`);
        if (what === 'miss' && one) desk.miss(one.id);
        if (what === 'answer' && one) {
          desk.room.serve(one.id, one.agent ?? '');
          desk.tell({ type: 'answered', id: one.id });
        }
        if (what === 'again') desk.tell({ type: 'called-again', number: `+${pick}` });
        if (what === 'pass') desk.pass(pick * MINUTE);
        if (what === 'close') desk.closed = pick % 2 === 0;
        if (what === 'order')
          desk.room.tell({ type: 'order', agent: 'ann', state: pick % 2 === 0 ? 'ready' : 'not-ready' });
        for (const effect of desk.room.effects.splice(0))
          if (effect.do === 'offer' && desk.state[effect.interaction]?.phase.at === 'waiting')
            desk.tell({ type: 'offered', id: effect.interaction, agent: effect.agent });
        const dialled = Object.values(desk.state).filter(({ phase }) => phase.at === 'dialling');
        for (const { id, agent = '' } of dialled)
          expect(desk.room.state.agents[agent]?.work.map(({ what: at }) => at)).toContain(id);
        expect(new Set(dialled.map(({ agent }) => agent)).size).toBe(dialled.length);
        const numbers = Object.values(desk.state).map(({ number }) => number);
        expect(new Set(numbers).size).toBe(numbers.length);
        const waiting = Object.values(desk.state).filter(({ phase }) => phase.at === 'waiting');
        const inQueue = everyWaiting(desk.room.state).filter(({ offers }) => offers.length === 0);
        expect(inQueue.map(({ interaction }) => interaction).sort()).toEqual(
          waiting.map(({ id }) => id).sort(),
        );
      }
      expect(acd(desk.room.state, { type: 'tick' }, desk.room.now, desk.room.plan).effects).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
