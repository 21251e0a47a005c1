/** What the other one of box and stand-in hands over, and what this one may do for the branch. */
import { describe, expect, test } from 'vitest';
import type { HandedOver } from '@branchline/contracts/stand-in-wire';
import { Bench, smallBranch } from './bench.ts';

const MINUTE = 60_000;
const branch = {
  ...smallBranch,
  queues: { service: { ...smallBranch.queues.service, callback: { tries: 2 } } },
};
/** Its clock is an hour ahead of ours. */
const handed = (bench: Bench, more: Partial<HandedOver>): HandedOver => ({
  v: 1,
  from: 'box',
  lease: { n: 2, answers: 'stand-in', acts: 'box' },
  at: new Date(bench.now + 60 * MINUTE).toISOString(),
  waiting: [],
  callbacks: [],
  ended: [],
  agents: [],
  ...more,
});
const ago = (bench: Bench, ms: number): string => new Date(bench.now + 60 * MINUTE - ms).toISOString();
const take = (bench: Bench, more: Partial<HandedOver>): void =>
  void bench.happen({ type: 'handed-over', handed: handed(bench, more) });
const caller = (number: number): string => `+861390000000${number}`;
const waits = (bench: Bench): string[] =>
  (bench.state.acd.waiting.service ?? []).map(({ customer }) => customer ?? '');
const busy = (bench: Bench): void => {
  for (const agent of ['ann', 'bob']) bench.happen({ type: 'agent-order', agent, state: 'not-ready' });
};
const callback = (bench: Bench, id: string, number: number) => ({
  ...{ id, number: caller(number), queue: 'service', attempts: 0 },
  since: ago(bench, 5 * MINUTE),
  askedAt: ago(bench, 4 * MINUTE),
});

describe('places', () => {
  test('are those of the other, whoever calls first, however far the clocks are apart', () => {
    const bench = new Bench(branch);
    busy(bench);
    take(bench, {
      waiting: [1, 2, 3].map((n) => ({
        ...{ call: `c${n}`, number: caller(n), queue: 'service' },
        since: ago(bench, (10 - n) * MINUTE),
      })),
    });
    for (const n of [3, 1, 2]) bench.callIn(`d${n}`, '+8657186001001', caller(n).slice(3));
    expect(waits(bench)).toEqual([1, 2, 3].map(caller));
    expect(bench.bodies('call.queued').at(-1)).toMatchObject({ keptWaitMs: 8 * MINUTE });
    expect(bench.bodies('continuity.handed-over')).toEqual([
      { from: 'box', places: 3, callbacks: 0, agents: 0 },
    ]);
  });

  test('that are handed over again, faster or slower than before, stay in their order', () => {
    const bench = new Bench(branch);
    busy(bench);
    const waiting = [1, 2, 3, 4].map((n) => ({
      ...{ call: `c${n}`, number: caller(n), queue: 'service' },
      since: ago(bench, MINUTE - 20 * n),
    }));
    take(bench, { waiting });
    for (const n of [4, 2]) bench.callIn(`d${n}`, '+8657186001001', caller(n).slice(3));
    const at = ago(bench, 0);
    bench.pass(250);
    take(bench, { at, waiting });
    for (const n of [3, 1]) bench.callIn(`d${n}`, '+8657186001001', caller(n).slice(3));
    expect(waits(bench)).toEqual([1, 2, 3, 4].map(caller));
  });

  test('of one who waits here already are his own', () => {
    const bench = new Bench(branch);
    busy(bench);
    bench.callIn('d1', '+8657186001001', caller(1).slice(3));
    const waiting = [{ call: 'c1', number: caller(1), queue: 'service', since: ago(bench, MINUTE) }];
    take(bench, { waiting });
    expect(bench.state.places).toEqual({});
  });
});

describe('callbacks', () => {
  test('are taken once, and made only by who may act', () => {
    const bench = new Bench(branch);
    bench.happen({ type: 'rights', acts: false });
    take(bench, { callbacks: [callback(bench, 'cb-1', 1)] });
    take(bench, { callbacks: [callback(bench, 'cb-1', 1), callback(bench, 'cb-2', 1)] });
    expect(Object.keys(bench.state.callbacks)).toEqual(['cb-1']);
    expect(bench.bodies('callback.asked')).toMatchObject([{ callback: 'cb-1', by: 'handed-over' }]);
    bench.pass(3 * MINUTE);
    expect(bench.done('dial')).toEqual([]);
    bench.happen({ type: 'rights', acts: true });
    bench.pass(2 * MINUTE);
    expect(bench.done('dial').length).toBeGreaterThan(0);
  });

  test('that have come to their end there do so here', () => {
    const bench = new Bench(branch);
    bench.happen({ type: 'rights', acts: false });
    take(bench, { callbacks: [callback(bench, 'cb-1', 1)] });
    take(bench, { ended: ['cb-1'] });
    expect(bench.state.callbacks).toEqual({});
    expect(bench.bodies('callback.ended')).toMatchObject([{ callback: 'cb-1', outcome: 'done-elsewhere' }]);
  });
});

test('agents are as they were there, and the ledger says why', () => {
  const bench = new Bench(branch);
  take(bench, {
    agents: [
      { agent: 'ann', state: 'not-ready', reason: 'lunch' },
      { agent: 'bob', state: 'ready' },
      { agent: 'nobody', state: 'ready' },
      { agent: 'bob', state: 'of a later release' },
    ],
  });
  expect(bench.state.acd.agents.ann).toMatchObject({ ready: false, reason: 'lunch' });
  expect(bench.bodies('agent.state').at(-1)).toEqual({
    ...{ agent: 'ann', state: 'not-ready', reason: 'lunch', by: 'handed-over' },
  });
});

test('a box whose calls are its stand-in’s passes on what the network brings, and nothing else', () => {
  const bench = new Bench(branch);
  bench.happen({ type: 'pass-on', on: true });
  bench.callIn('x');
  expect(bench.bodies('call.turned-away')).toMatchObject([{ because: 'passed-on', cause: 34 }]);
  bench.callOut('y', 'p2', '013912345678');
  expect(bench.bodies('call.denied')).toEqual([]);
  bench.happen({ type: 'pass-on', on: false });
  bench.callIn('z');
  expect(bench.bodies('call.turned-away')).toHaveLength(1);
});
