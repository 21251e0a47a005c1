import { expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';
import { ifItDied } from './if-it-died.ts';

test('who waits would keep his place, unless he shows no number or the queue keeps none', () => {
  const waiting = (document: unknown) => {
    const bench = new Bench(document);
    for (const agent of ['ann', 'bob']) bench.happen({ type: 'agent-order', agent, state: 'not-ready' });
    bench.callIn('c1', '+8657186001001', '13900000001');
    bench.callIn('c2', '+8657186001001', '');
    bench.callIn('c3', '+8657186001000', '13900000003');
    return ifItDied(bench.state, bench.branch);
  };
  expect(waiting(smallBranch)).toEqual({ calls: 3, places: 1, callbacks: 0 });
  const none = { service: { ...smallBranch.queues.service, 'keep-place': '0s' } };
  expect(waiting({ ...smallBranch, queues: none })).toEqual({ calls: 3, places: 0, callbacks: 0 });
});
