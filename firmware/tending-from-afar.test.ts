import { expect, test } from 'vitest';
import { tendingFromAfar, type TendedFromAfar } from './tending-from-afar.ts';

const DOING = { id: '1', who: 'li.lei', progress: () => undefined, signal: new AbortController().signal };

function tended(ending: ReturnType<TendedFromAfar['maintenance']['end']>) {
  const done: unknown[][] = [];
  const performers = tendingFromAfar({
    alarms: {
      open: () => [],
      acknowledge: (...args) => {
        done.push(args);
        return false;
      },
    },
    maintenance: {
      open: (what, forMs, by, note) => {
        done.push([what, forMs, by, note]);
        return { id: 'w', what, until: forMs, by, note };
      },
      end: (...args) => {
        done.push(args);
        return ending;
      },
    },
  });
  return { performers, done };
}

test.each([
  ['ended', { state: 'done' }],
  ['document', { state: 'refused', because: 'window-of-document' }],
  [undefined, { state: 'refused', because: 'no-such-window' }],
] as const)('a window whose end is %s', async (ending, end) => {
  const { performers, done } = tended(ending);
  expect(await performers['end-maintenance'].perform({ window: 'w' }, DOING)).toEqual(end);
  expect(done).toEqual([['w', 'headquarters: li.lei']]);
});

test('things are named as the tree of alarms names them', async () => {
  const { performers, done } = tended('ended');
  const asked = { what: [' gateway   e1 '], forMs: 60_000 };
  expect(await performers.maintenance.perform(asked, DOING)).toEqual({
    state: 'done',
    answer: { window: 'w', until: '1970-01-01T00:01:00.000Z' },
  });
  expect(done).toEqual([[['gateway e1'], 60_000, 'headquarters: li.lei', null]]);
});

test('an alarm that is over between the question and the answer is said to be', async () => {
  const { performers } = tended('ended');
  const performer = performers['acknowledge-alarm'];
  expect(performer.problem?.({ alarm: 'a' })).toEqual({ because: 'no-such-alarm' });
  expect(await performer.perform({ alarm: 'a' }, DOING)).toEqual({
    state: 'refused',
    because: 'no-such-alarm',
  });
});
