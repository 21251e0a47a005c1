import { expect, test } from 'vitest';
import {
  askedFor,
  begun,
  ended,
  nextTask,
  NOTHING_STANDS,
  restored,
  type Dialled,
  type Standing,
  type Wanted,
} from './standing.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 23, 9);
const wanted: Wanted = {
  to: '+8657186002000',
  set: ['*40*057186002000#', '*41*057186002000#'],
  cancel: ['#40#', '#41#'],
  againMs: 24 * HOUR,
};
const elsewhere: Wanted = { ...wanted, to: '+8657186003000', set: ['*41*057186003000#'], cancel: ['#41#'] };

/** The next task is carried out with that outcome. */
function step(standing: Standing, want: Wanted | undefined, dialled: Dialled, now: number): Standing {
  const next = nextTask(standing, want);
  if (!next) throw new Error('nothing is to be done');
  expect(next.at).toBeLessThanOrEqual(now);
  return ended(begun(standing, next.task), next.task, dialled, now);
}
const set = (): Standing => step(NOTHING_STANDS, wanted, { outcome: 'taken' }, START);

test('a line that nothing is asked of has nothing to do', () => {
  expect(nextTask(NOTHING_STANDS, undefined)).toBeUndefined();
});

test('all codes are dialled, and again after their time', () => {
  const done = set();
  expect(done).toMatchObject({ setAt: START, fails: 0, stands: { to: wanted.to } });
  expect(nextTask(done, wanted)).toMatchObject({ task: { what: 'set' }, at: START + 24 * HOUR });
});

test('what may stand there is kept before the first code is dialled, and taken back although nobody said that it was taken', () => {
  const next = nextTask(NOTHING_STANDS, wanted);
  const killed = begun(NOTHING_STANDS, next?.task ?? { what: 'set', of: wanted });
  expect(nextTask(killed, wanted)).toMatchObject({ task: { what: 'set' } });
  expect(nextTask(killed, undefined)).toMatchObject({
    task: { what: 'cancelled', of: { cancel: ['#40#', '#41#'] } },
  });
});

test('another number: the old one is taken back with its own codes before the new one is set', () => {
  const back = nextTask(set(), elsewhere);
  expect(back).toMatchObject({ task: { what: 'cancelled', of: { to: wanted.to, cancel: wanted.cancel } } });
  const free = step(set(), elsewhere, { outcome: 'taken' }, START);
  expect(free.stands).toBeUndefined();
  expect(nextTask(free, elsewhere)).toMatchObject({ task: { what: 'set', of: { to: elsewhere.to } } });
});

test('other codes for the same number are set anew as well; another way to take it back is not', () => {
  expect(nextTask(set(), { ...wanted, set: ['*41*057186002000#'] })?.task.what).toBe('cancelled');
  expect(nextTask(set(), { ...wanted, cancel: ['#4#'] })).toMatchObject({ at: START + 24 * HOUR });
});

test('a code that is refused is tried again, less and less often', () => {
  let standing = NOTHING_STANDS;
  const waits: number[] = [];
  for (let now = START, fails = 0; fails < 8; fails += 1) {
    standing = step(standing, wanted, { outcome: 'refused', cause: 29, code: '*40*057186002000#' }, now);
    const at = nextTask(standing, wanted)?.at ?? 0;
    waits.push((at - now) / 60_000);
    now = at;
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  expect(standing).toMatchObject({ fails: 8, last: { outcome: 'refused', cause: 29 } });
});

test('what was given up for a caller is no failure', () => {
  const given = step(NOTHING_STANDS, wanted, { outcome: 'unjudged' }, START);
  expect(given.fails).toBe(0);
  expect(nextTask(given, wanted)?.at).toBe(START + 60_000);
});

test('one that was set and cannot be set anew counts as set still: the exchange has said nothing else', () => {
  const again = step(set(), wanted, { outcome: 'not-answered' }, START + 24 * HOUR);
  expect(again).toMatchObject({ setAt: START, fails: 1 });
  expect(nextTask(again, wanted)?.at).toBe(START + 24 * HOUR + 60_000);
});

test('somebody asks: it is dialled now, once', () => {
  const asked = askedFor(set(), START + HOUR);
  expect(nextTask(asked, wanted)).toMatchObject({ task: { what: 'set' }, at: START + HOUR });
  const done = step(asked, wanted, { outcome: 'taken' }, START + HOUR);
  expect(nextTask(done, wanted)?.at).toBe(START + 25 * HOUR);
});

test('a clock that was set back keeps nothing waiting for long', () => {
  const kept = restored({ ...set(), notBefore: START + 100 * HOUR }, START - 10 * HOUR);
  expect(kept).toMatchObject({ setAt: START - 10 * HOUR, notBefore: START - 9 * HOUR });
});
