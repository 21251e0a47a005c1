import { expect, test } from 'vitest';
import { endedInOrder, FIRST_SAFE_MS, left, LOOP_MS, settled, started, type Starts } from './starts.ts';

const MOST = 5;
const T0 = Date.UTC(2026, 10, 22);
const after = (times: readonly number[], kept?: Starts): Starts | undefined =>
  times.reduce<Starts | undefined>((now, at) => started(now, T0 + at, MOST), kept);

test('so many starts in a short time end in safe mode, and it says how many and until when', () => {
  expect(after([0, 1_000, 2_000, 3_000])?.safe).toBeUndefined();
  expect(after([0, 1_000, 2_000, 3_000, 4_000])?.safe).toEqual({
    since: T0 + 4_000,
    until: T0 + 4_000 + FIRST_SAFE_MS,
    starts: 5,
  });
});

test('starts that are far apart are no loop', () => {
  expect(after([0, 1, 2, 3, 4].map((each) => (each * LOOP_MS) / 3))?.safe).toBeUndefined();
});

test('an orderly end, and a quiet time, make its starts forgotten', () => {
  let kept: Starts | undefined;
  for (let each = 0; each < 20; each += 1) kept = endedInOrder(started(kept, T0 + each, MOST));
  expect(kept).toEqual({ at: [], times: 0 });
  expect(settled()).toEqual({ at: [], times: 0 });
});

test('in safe mode it stays there over restarts until its time is over; then it has as many tries as at first', () => {
  const safe = after([0, 1, 2, 3, 4]);
  expect(after([60_000, 61_000, 62_000], safe)?.safe).toEqual(safe?.safe);
  const tries = after([FIRST_SAFE_MS + 10], safe);
  expect(tries).toEqual({ at: [T0 + FIRST_SAFE_MS + 10], times: 1 });
});

test('each time in a row it stays twice as long, eight hours at most', () => {
  let kept: Starts | undefined;
  const stays: number[] = [];
  let at = 0;
  for (let time = 0; time < 7; time += 1) {
    kept = after([at, at, at, at, at], kept);
    stays.push(((kept?.safe?.until ?? 0) - (kept?.safe?.since ?? 0)) / 60_000);
    at = (kept?.safe?.until ?? 0) - T0;
  }
  expect(stays).toEqual([30, 60, 120, 240, 480, 480, 480]);
});

test('a person who leaves it is believed, and a clock that was put back holds nobody', () => {
  const safe = after([0, 1, 2, 3, 4]) as Starts;
  expect(after([5], left(safe))?.safe).toBeUndefined();
  expect(after([-1_000], safe)?.safe).toBeUndefined();
});

test('where it is switched off nothing is counted', () => {
  let kept: Starts | undefined;
  for (let each = 0; each < 20; each += 1) kept = started(kept, T0, 0);
  expect(kept).toEqual({ at: [], times: 0 });
});
