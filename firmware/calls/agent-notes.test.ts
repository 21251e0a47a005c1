import { expect, test } from 'vitest';
import { statesAgain } from './agent-notes.ts';
import { Bench } from './bench.ts';

test('who did not take a call is not ready, and the ledger says so', () => {
  const bench = new Bench();
  bench.callIn('c1');
  bench.pass(15_000);
  bench.happen({ type: 'gone', channel: bench.legAt('c1', 'p2'), cause: 19 });
  expect(bench.bodies('agent.state').at(-1)).toEqual({
    agent: 'ann',
    state: 'not-ready',
    reason: 'no-answer',
  });
});

test('a document brings its agents, ready', () => {
  expect(new Bench().bodies('agent.state')).toEqual([
    { agent: 'ann', state: 'ready' },
    { agent: 'bob', state: 'ready' },
  ]);
});

test('what was ordered is said once', () => {
  const bench = new Bench();
  const before = bench.bodies('agent.state').length;
  bench.happen({ type: 'agent-order', agent: 'ann', state: 'not-ready', reason: 'lunch' });
  expect(bench.bodies('agent.state').slice(before)).toEqual([
    { agent: 'ann', state: 'not-ready', reason: 'lunch' },
  ]);
});

test('a day begins with the state of everybody', () => {
  const bench = new Bench();
  bench.happen({ type: 'agent-order', agent: 'ann', state: 'not-ready', reason: 'lunch' });
  const before = bench.bodies('agent.state').length;
  bench.happen({ type: 'new-day' });
  expect(bench.bodies('agent.state').slice(before)).toEqual([
    { agent: 'ann', state: 'not-ready', reason: 'lunch', again: true },
    { agent: 'bob', state: 'ready', again: true },
  ]);
  expect(statesAgain(bench.state.acd, 7)[1]).toMatchObject({ type: 'agent.state', at: 7 });
});
