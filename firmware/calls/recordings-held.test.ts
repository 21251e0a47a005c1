/** The disk has no room for recordings: calls go on without, and say why; what is recorded already goes on. */
import { expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';

const WHY = 'disk has no room to spare';
function held(bench: Bench, because: string | null): void {
  bench.happen({ type: 'recordings-held', because });
}

function talk(bench: Bench, channel: string): string {
  bench.callIn(channel);
  const leg = bench.legAt(channel, 'p2');
  bench.answer(leg);
  return leg;
}
function over(bench: Bench, ...channels: string[]): void {
  for (const channel of channels) bench.happen({ type: 'gone', channel, cause: 16 });
}

test('a new call is joined and not recorded, and its end says why, without an alarm of its own', () => {
  const bench = new Bench();
  held(bench, WHY);
  const leg = talk(bench, 'c1');
  expect(bench.done('bridge')).toHaveLength(1);
  expect(bench.done('record')).toEqual([]);
  over(bench, 'c1', leg);
  expect(bench.bodies('call.ended')).toMatchObject([
    { outcome: 'answered', recorded: { kept: false, because: WHY } },
  ]);
  expect(bench.done('raise-alarm')).toEqual([]);
});

test('a call that is recorded already stays so, also after it was held', () => {
  const bench = new Bench();
  const leg = talk(bench, 'c1');
  bench.happen({ type: 'recording-on', channel: 'c1' });
  held(bench, WHY);
  bench.happen({ type: 'held', channel: leg });
  bench.happen({ type: 'resumed', channel: leg });
  expect(bench.done('record')).toHaveLength(2);
  over(bench, 'c1', leg);
  expect(bench.bodies('call.ended')).toMatchObject([{ recorded: { kept: true } }]);
});

test('with room again the next call is recorded', () => {
  const bench = new Bench();
  held(bench, WHY);
  held(bench, null);
  expect(bench.state.recordingsHeld).toBeUndefined();
  talk(bench, 'c1');
  expect(bench.done('record')).toHaveLength(1);
});

test('nobody is told that he is recorded who is not', () => {
  const bench = new Bench({ ...smallBranch, recording: { default: 'always', announce: true } });
  held(bench, WHY);
  bench.callIn('c1');
  expect(bench.done('play')).toEqual([]);
  expect(bench.ringingAt('c1')).toEqual(['p2']);
});
