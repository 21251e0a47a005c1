/** Customers who are called back, through the switchboard, with an engine on paper. */
import { describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';
import { CAUSE } from './events.ts';
import { liveQueue } from './live-view.ts';
import { noQueueFigures } from '@branchline/contracts/queue-figures';

type Json = Record<string, unknown>;
const CUSTOMER = '+8613900000001';
const MINUTE = 60_000;

const branch = (callback: Json = {}, more: Json = {}, service: Json = {}): Json => ({
  ...smallBranch,
  queues: {
    service: {
      order: 'linear',
      ring: '15s',
      'wrap-up': '5s',
      waiting: { press: { 1: 'callback service' } },
      callback: { tries: 2, ...callback },
      ...service,
    },
  },
  ...more,
});

/** A number that leads to a callback at once. */
const BACK = '+8657186001005';
const numbers = { ...smallBranch.numbers, back: { number: BACK, to: 'callback service' } };
const AGENTS = ['ann', 'bob'];
const order = (bench: Bench, state: 'ready' | 'not-ready', agents = AGENTS): void => {
  for (const agent of agents) bench.happen({ type: 'agent-order', agent, state });
};
const ids = (bench: Bench): string[] => Object.keys(bench.state.calls);
const theCall = (bench: Bench): string => {
  const found = ids(bench).find((id) => id.startsWith('cb-'));
  if (found === undefined) throw new Error('nobody is being called back');
  return found;
};
const gone = (bench: Bench, channel: string, cause: number = CAUSE.normal): void =>
  void bench.happen({ type: 'gone', channel, cause });
/** What the engine does with channels that are told to go. */
const obey = (bench: Bench): void => {
  for (const { channel } of bench.done('hang-up'))
    if (bench.state.channels[channel] !== undefined) gone(bench, channel);
};
/** He waits, with nobody free, and presses 1. */
function asks(bench: Bench, channel = 'c1', number = '13900000001', waitedMs = 5_000): void {
  order(bench, 'not-ready');
  bench.callIn(channel, undefined, number);
  bench.pass(waitedMs);
  bench.happen({ type: 'digit', channel, digit: '1' });
  const { playback = '' } = bench.done('play').at(-1) ?? {};
  bench.happen({ type: 'played', channel, playback });
  gone(bench, channel);
}
const opened = (...of: Parameters<typeof branch>): Bench => new Bench(branch(...of));

describe('who asks in the queue', () => {
  test('is told so, hangs up, and has not given up', () => {
    const bench = opened();
    const at = bench.now;
    asks(bench);
    expect(bench.bodies('callback.asked')).toMatchObject([
      { queue: 'service', number: CUSTOMER, by: 'digit', since: new Date(at).toISOString(), again: false },
    ]);
    expect(bench.bodies('call.ended')).toMatchObject([{ outcome: 'not-answered' }]);
    expect(bench.done('play').at(-1)?.prompts).toMatchObject([{ name: 'callback-promised' }]);
    expect(ids(bench)).toEqual([]);
    expect(Object.values(bench.state.callbacks)).toMatchObject([{ phase: { at: 'waiting' }, since: at }]);
    const shown = liveQueue(bench.branch, 'service', bench.state, noQueueFigures(), bench.now);
    expect(shown).toMatchObject({
      waiting: [],
      callbacks: [{ number: CUSTOMER, state: 'waiting', attempts: 0 }],
    });
  });

  test('and hangs up while he is told has not given up either', () => {
    const bench = opened({ missed: '1s' });
    order(bench, 'not-ready');
    bench.callIn('c1');
    bench.happen({ type: 'digit', channel: 'c1', digit: '1' });
    gone(bench, 'c1');
    expect(bench.bodies('call.ended')).toMatchObject([{ outcome: 'not-answered' }]);
    expect(bench.bodies('callback.asked')).toHaveLength(1);
  });

  test('without a number hears that, and keeps his place', () => {
    const bench = opened();
    const at = bench.now;
    order(bench, 'not-ready');
    bench.callIn('c1', undefined, '');
    bench.pass(5_000);
    bench.happen({ type: 'digit', channel: 'c1', digit: '1' });
    const { playback = '', prompts } = bench.done('play').at(-1) ?? {};
    expect(prompts).toMatchObject([{ name: 'callback-no-number' }]);
    bench.happen({ type: 'played', channel: 'c1', playback });
    expect(bench.call('c1').stage).toMatchObject({ at: 'queue', since: at });
    expect(bench.bodies('callback.refused')).toEqual([{ queue: 'service', because: 'no-number' }]);
  });

  test('twice is called back once, with his first place', () => {
    const bench = opened({}, { numbers });
    const at = bench.now;
    asks(bench);
    bench.callIn('c2', BACK);
    expect(bench.bodies('callback.asked')).toMatchObject([
      { again: false },
      { callback: 'cb-c1', again: true, since: new Date(at).toISOString() },
    ]);
    expect(Object.keys(bench.state.callbacks)).toEqual(['cb-c1']);
  });

  test('and calls again takes the place that was kept for him', () => {
    const bench = opened();
    const at = bench.now;
    asks(bench);
    bench.pass(2 * MINUTE);
    bench.callIn('c2');
    expect(bench.call('c2').stage).toMatchObject({ at: 'queue', since: at });
    expect(bench.bodies('callback.ended')).toMatchObject([{ outcome: 'called-again', attempts: 0 }]);
    order(bench, 'ready', ['ann']);
    expect(bench.ringingAt('c2')).toEqual(['p2']);
  });
});

describe('the agent first', () => {
  const calling = (more: Json = {}): { bench: Bench; call: string } => {
    const bench = opened(more);
    asks(bench);
    bench.pass(MINUTE);
    order(bench, 'ready', ['ann']);
    return { bench, call: theCall(bench) };
  };

  test('his telephone rings with the number of the customer, who is called when he has answered', () => {
    const { bench, call } = calling();
    expect(bench.ringingAt(call)).toEqual(['p2']);
    const dial = bench.done('dial').at(-1);
    expect(dial).toMatchObject({ callerId: CUSTOMER, endpoint: { kind: 'phone', name: 'p2' } });
    expect(dial?.beside).toBeUndefined();
    bench.answer(bench.legAt(call, 'p2'));
    expect(bench.ringingAt(call)).toEqual(['pstn']);
    expect(bench.done('dial').at(-1)).toMatchObject({
      endpoint: { kind: 'gateway', number: CUSTOMER },
      callerId: '+8657186001000',
      once: true,
    });
    bench.answer(bench.legAt(call, 'pstn'));
    expect(bench.call(call).stage.at).toBe('talking');
    expect(bench.call(call).recording).toBeDefined();
    expect(bench.bodies('call.answered')).toMatchObject([
      { by: { kind: 'agent', id: 'ann' }, queue: 'service', waitedMs: 65_000 },
    ]);
    expect(bench.bodies('callback.ended')).toMatchObject([
      { outcome: 'reached', attempts: 1, waitedMs: 65_000 },
    ]);
    expect(bench.state.callbacks).toEqual({});
  });

  test('afterwards he wraps up, as after any call of the queue', () => {
    const { bench, call } = calling();
    bench.answer(bench.legAt(call, 'p2'));
    const agent = bench.call(call).anchor.channel;
    bench.answer(bench.legAt(call, 'pstn'));
    gone(bench, bench.legAt(call, 'pstn'));
    gone(bench, agent);
    expect(bench.state.acd.agents.ann).toMatchObject({ work: [], wrapUpUntil: bench.now + 5_000 });
    expect(bench.bodies('call.ended').at(-1)).toMatchObject({ outcome: 'answered' });
    expect(ids(bench)).toEqual([]);
  });

  test('its minutes are the line’s', () => {
    const { bench, call } = calling();
    bench.answer(bench.legAt(call, 'p2'));
    const agent = bench.call(call).anchor.channel;
    bench.answer(bench.legAt(call, 'pstn'));
    bench.pass(90_000);
    gone(bench, bench.legAt(call, 'pstn'));
    gone(bench, agent);
    expect(bench.state.brake).toMatchObject({ 'trunk/pstn': { talkMs: 90_000 } });
  });

  test('who does not answer is out, and the next is rung in the same call', () => {
    const { bench, call } = calling();
    bench.pass(15_000);
    gone(bench, bench.legAt(call, 'p2'), CAUSE.noAnswer);
    expect(bench.state.acd.agents.ann).toMatchObject({ ready: false, reason: 'no-answer' });
    expect(Object.values(bench.state.callbacks)).toMatchObject([{ phase: { at: 'waiting' }, attempts: 0 }]);
    order(bench, 'ready', ['bob']);
    expect(theCall(bench)).toBe(call);
    expect(bench.ringingAt(call)).toEqual(['p3']);
    bench.answer(bench.legAt(call, 'p3'));
    expect(bench.ringingAt(call)).toEqual(['pstn']);
  });

  test('who hangs up before the customer is there leaves him his place, and it counts for no try', () => {
    const { bench, call } = calling();
    const { since } = Object.values(bench.state.callbacks)[0]!;
    bench.answer(bench.legAt(call, 'p2'));
    order(bench, 'not-ready', ['ann']);
    gone(bench, bench.call(call).anchor.channel);
    obey(bench);
    expect(ids(bench)).toEqual([]);
    expect(Object.values(bench.state.callbacks)).toMatchObject([
      { attempts: 0, phase: { at: 'waiting' }, since },
    ]);
    order(bench, 'ready', ['bob']);
    expect(bench.ringingAt(theCall(bench))).toEqual(['p3']);
  });

  test('a customer who is not reached is called again, and given up in the end', () => {
    const { bench, call } = calling();
    bench.answer(bench.legAt(call, 'p2'));
    gone(bench, bench.legAt(call, 'pstn'), CAUSE.busy);
    obey(bench);
    expect(bench.bodies('callback.tried')).toMatchObject([{ attempt: 1, because: 'busy' }]);
    expect(bench.state.acd.agents.ann).toMatchObject({ work: [], ready: true });
    bench.pass(10 * MINUTE - 1);
    expect(ids(bench)).toEqual([]);
    bench.pass(1);
    const again = theCall(bench);
    expect(again).not.toBe(call);
    bench.answer(bench.legAt(again, 'p2'));
    bench.pass(30_000);
    gone(bench, bench.legAt(again, 'pstn'), CAUSE.normal);
    obey(bench);
    expect(bench.bodies('callback.tried').at(-1)).toEqual({
      callback: 'cb-c1',
      queue: 'service',
      attempt: 2,
      because: 'no-answer',
    });
    expect(bench.bodies('callback.ended')).toMatchObject([{ outcome: 'given-up', attempts: 2 }]);
    expect(bench.state.callbacks).toEqual({});
  });

  test('where all ring, the first who answers calls him', () => {
    const bench = opened({}, {}, { order: 'ring-all' });
    asks(bench);
    order(bench, 'ready');
    const call = theCall(bench);
    expect(bench.ringingAt(call)).toEqual(['p2', 'p3']);
    const [spared, first] = [bench.legAt(call, 'p2'), bench.legAt(call, 'p3')];
    bench.answer(first);
    bench.answer(spared);
    gone(bench, spared);
    expect(bench.state.acd.agents.ann).toMatchObject({ work: [], ready: true, answered: 0 });
    expect(bench.call(call).anchor).toMatchObject({ channel: first, person: 'bob' });
    expect(bench.ringingAt(call)).toEqual(['pstn']);
  });

  test('is not taken for a customer who is speaking with somebody here', () => {
    const bench = opened({}, { numbers });
    bench.callIn('c1', BACK);
    order(bench, 'ready', ['ann']);
    expect(ids(bench)).toEqual(['c1']);
    expect(bench.state.acd.agents.ann).toMatchObject({ work: [] });
    gone(bench, 'c1');
    bench.pass(10_000);
    expect(bench.ringingAt(theCall(bench))).toEqual(['p2']);
  });

  test('without a line to the customer it counts as a try, and no telephone rings', () => {
    const bench = opened();
    asks(bench);
    const [id = ''] = Object.keys(bench.state.callbacks);
    const { [id]: kept } = bench.state.callbacks;
    bench.state = { ...bench.state, callbacks: { [id]: { ...kept!, number: '+447700900123' } } };
    order(bench, 'ready', ['ann']);
    expect(bench.bodies('callback.tried')).toMatchObject([{ attempt: 1, because: 'failed' }]);
    expect(bench.done('dial')).toEqual([]);
    expect(bench.state.acd.agents.ann).toMatchObject({ work: [], ready: true });
    expect(ids(bench)).toEqual([]);
  });

  test('cancelled, nobody rings any more', () => {
    const { bench, call } = calling();
    bench.happen({ type: 'cancel-callback', callback: 'cb-c1' });
    obey(bench);
    expect(bench.bodies('callback.ended')).toMatchObject([{ outcome: 'cancelled' }]);
    expect(bench.state.calls[call]).toBeUndefined();
    expect(bench.state.acd.agents.ann).toMatchObject({ work: [], ready: true });
  });
});

describe('the customer first', () => {
  const calling = (): { bench: Bench; call: string } => {
    const bench = opened({ first: 'customer' });
    asks(bench);
    order(bench, 'ready', ['ann']);
    return { bench, call: theCall(bench) };
  };

  test('he is called once an agent is taken for him, greeted, and joined', () => {
    const { bench, call } = calling();
    expect(bench.ringingAt(call)).toEqual(['pstn']);
    expect(bench.state.acd.agents.ann?.work).toMatchObject([{ as: 'offered' }]);
    const [kept] = bench.bodies('callback.agent-kept');
    expect(kept).toMatchObject({
      agent: 'ann',
      queue: 'service',
      attempt: 1,
      candidates: [{ agent: 'ann' }, {}],
    });
    bench.pass(3_000);
    bench.answer(bench.legAt(call, 'pstn'));
    expect(bench.bodies('call.leg-offered').at(-1)).toMatchObject({
      to: { id: 'ann' },
      kept: true,
      why: kept?.why,
    });
    expect(bench.decidedAgain()).toBeUndefined();
    expect(bench.done('play').at(-1)?.prompts).toMatchObject([{ name: 'callback-greeting' }]);
    expect(bench.ringingAt(call)).toEqual(['p2']);
    expect(bench.done('dial').at(-1)).toMatchObject({ callerId: CUSTOMER });
    bench.answer(bench.legAt(call, 'p2'));
    expect(bench.call(call).stage.at).toBe('talking');
    expect(bench.bodies('call.answered')).toMatchObject([{ by: { id: 'ann' }, queue: 'service' }]);
    expect(bench.bodies('callback.ended')).toMatchObject([{ outcome: 'reached' }]);
  });

  test('not reached, the agent who was taken is free', () => {
    const { bench, call } = calling();
    gone(bench, bench.legAt(call, 'pstn'), CAUSE.noAnswer);
    expect(bench.state.acd.agents.ann).toMatchObject({ work: [], ready: true, answered: 0 });
    expect(bench.bodies('callback.tried')).toMatchObject([{ because: 'no-answer' }]);
  });

  test('another line is tried where the first is out', () => {
    const { bench, call } = calling();
    gone(bench, bench.legAt(call, 'pstn'), CAUSE.congestion);
    expect(bench.ringingAt(call)).toEqual(['copper']);
  });

  test('whose agent does not answer waits at his place for the next', () => {
    const { bench, call } = calling();
    bench.answer(bench.legAt(call, 'pstn'));
    bench.pass(15_000);
    gone(bench, bench.legAt(call, 'p2'), CAUSE.noAnswer);
    expect(bench.call(call).stage.at).toBe('queue');
    const shown = liveQueue(bench.branch, 'service', bench.state, noQueueFigures(), bench.now);
    expect(shown?.waiting).toMatchObject([{ call, from: CUSTOMER }]);
    order(bench, 'ready', ['bob']);
    bench.answer(bench.legAt(call, 'p3'));
    expect(bench.bodies('call.answered')).toMatchObject([{ by: { id: 'bob' } }]);
  });
});

describe('by policy', () => {
  test('who hangs up after a while in the queue is called back', () => {
    const bench = opened({ missed: '10s' });
    order(bench, 'not-ready');
    bench.callIn('c1');
    bench.callIn('c2', undefined, '13900000002');
    bench.pass(5_000);
    gone(bench, 'c2');
    bench.pass(5_000);
    gone(bench, 'c1');
    expect(bench.bodies('callback.asked')).toMatchObject([{ number: CUSTOMER, by: 'missed' }]);
    expect(bench.bodies('call.ended')).toMatchObject([{ outcome: 'abandoned' }, { outcome: 'abandoned' }]);
  });

  test('by a rule of the queue; without a number, and shut out, he is let go', () => {
    const bench = opened({}, {}, { overflow: [{ when: 'nobody there', to: 'callback service' }] });
    asks(bench);
    expect(bench.bodies('callback.asked')).toMatchObject([{ by: 'overflow' }]);
    bench.callIn('c2', undefined, '');
    bench.happen({ type: 'played', channel: 'c2', playback: bench.done('play').at(-1)?.playback ?? '' });
    expect(bench.call('c2').ending).toMatchObject({ endedBy: 'branch' });
  });

  test('in a flow', () => {
    const bench = opened({}, { numbers });
    order(bench, 'not-ready');
    bench.callIn('c1', BACK);
    expect(bench.bodies('callback.asked')).toMatchObject([{ by: 'flow', number: CUSTOMER }]);
  });

  test('in quiet hours nobody is called, and nobody is taken', () => {
    const hours = { shop: { open: { 'mon-sun': '00:00-24:00' } }, calling: { open: { mon: '10:00-10:10' } } };
    const bench = opened({ hours: 'calling' }, { hours });
    asks(bench);
    bench.pass(10 * MINUTE);
    order(bench, 'ready', ['ann']);
    bench.pass(MINUTE);
    expect(ids(bench)).toEqual([]);
    expect(bench.state.acd.agents.ann).toMatchObject({ work: [] });
    expect(Object.values(bench.state.callbacks)).toMatchObject([{ phase: { at: 'paused' } }]);
    bench.pass(8 * 24 * 60 * MINUTE);
    expect(bench.bodies('callback.ended')).toMatchObject([{ outcome: 'too-late' }]);
  });
});
