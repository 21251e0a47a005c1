/** A recording that does not come to anything is begun once more, while there is something to record. */
import { describe, expect, test } from 'vitest';
import { Bench } from './bench.ts';

function recorded(): { bench: Bench; leg: string } {
  const bench = new Bench();
  bench.callIn('c1');
  const leg = bench.legAt('c1', 'p2');
  bench.answer(leg);
  bench.happen({ type: 'recording-on', channel: 'c1' });
  return { bench, leg };
}

describe('a recording with nothing in it', () => {
  test.each([
    ['is empty', { type: 'recording-empty', call: 'c1' }],
    ['has stopped', { type: 'recording-stalled', call: 'c1', bytes: 64_000 }],
  ] as const)('that %s is begun anew, in the same file, and told of as one', (_, event) => {
    const { bench } = recorded();
    const [first] = bench.done('record');
    bench.happen(event);
    bench.happen({ type: 'recording-on', channel: 'c1' });
    expect(bench.done('record').slice(1)).toEqual([{ ...first, again: true }]);
    expect(bench.bodies('recording.started')).toHaveLength(1);
  });

  test('is left alone while the talk is held, and when it is over', () => {
    const { bench, leg } = recorded();
    bench.happen({ type: 'held', channel: leg });
    bench.happen({ type: 'recording-empty', call: 'c1' });
    expect(bench.done('record')).toHaveLength(1);
    for (const channel of ['c1', leg]) bench.happen({ type: 'gone', channel, cause: 16 });
    bench.happen({ type: 'recording-empty', call: 'c1' });
    expect(bench.done('record')).toHaveLength(1);
  });
});

describe('a recording that the engine refuses', () => {
  function refused(times: number): { bench: Bench; leg: string } {
    const bench = new Bench();
    bench.callIn('c1');
    const leg = bench.legAt('c1', 'p2');
    bench.happen({ type: 'up', channel: leg });
    for (let time = 0; time < times; time += 1) bench.happen({ type: 'recording-refused', channel: 'c1' });
    return { bench, leg };
  }

  test('is asked for once more, and then raises an alarm, one for all calls', () => {
    expect(refused(1).bench.done('record')).toHaveLength(2);
    expect(refused(1).bench.done('raise-alarm')).toEqual([]);
    const { bench } = refused(3);
    expect(bench.done('record')).toHaveLength(2);
    expect(bench.done('raise-alarm')).toMatchObject([
      { code: 'recording-refused', subject: 'recordings', detail: 'c1' },
    ]);
  });

  test('and is on at the second try is a recording like any other', () => {
    const { bench, leg } = refused(1);
    bench.happen({ type: 'recording-on', channel: 'c1' });
    for (const channel of ['c1', leg]) bench.happen({ type: 'gone', channel, cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([{ recorded: { kept: true } }]);
  });

  test('as its call is over raises none', () => {
    const { bench, leg } = refused(1);
    for (const channel of ['c1', leg]) bench.happen({ type: 'gone', channel, cause: 16 });
    bench.happen({ type: 'recording-refused', channel: 'c1' });
    expect(bench.done('raise-alarm')).toEqual([]);
  });
});
