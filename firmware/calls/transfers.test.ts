import { expect, test } from 'vitest';
import { Bench } from './bench.ts';

test('attended, of a call that an agent had made: he is at no moment free for one who waits', () => {
  const bench = new Bench();
  bench.callIn('c1');
  const leg = bench.legAt('c1', 'p2');
  bench.answer(leg);
  bench.pass(1_000);
  bench.callOut('x1', 'p3', '8002');
  const consulted = bench.legAt('x1', 'p2');
  bench.answer(consulted);
  bench.callIn('c2');
  expect(bench.ringingAt('c2')).toEqual([]);
  bench.happen({ type: 'transfer', channel: consulted, to: { kind: 'attended', otherChannel: leg } });
  expect(bench.call('c1').legs.x1).toMatchObject({ state: 'up', person: 'bob' });
  expect(bench.state.acd.agents.bob?.work).toMatchObject([{ what: 'c1', as: 'elsewhere' }]);
  expect(bench.ringingAt('c2')).not.toContain('p3');
});
