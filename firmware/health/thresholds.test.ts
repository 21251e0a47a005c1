import { describe, expect, test } from 'vitest';
import { lookAtClock } from './clock-watch.ts';
import { diskLevel, type DiskLevel } from './thresholds.ts';

const disk = (usedPercent: number, freeMb = 10_000, ledger = true) => ({
  mount: '/',
  totalMb: 100_000,
  freeMb,
  usedPercent,
  ledger,
});

describe('a disk', () => {
  test.each<[DiskLevel, number, number, boolean, DiskLevel]>([
    ['ok', 89.9, 10_000, false, 'ok'],
    ['ok', 90, 10_000, false, 'low'],
    ['low', 88, 10_000, false, 'low'],
    ['low', 86.9, 10_000, false, 'ok'],
    ['low', 99.9, 15, false, 'full'],
    ['full', 99, 60, false, 'full'],
    ['full', 99, 70, false, 'low'],
    ['full', 50, 10_000, false, 'ok'],
    ['ok', 10, 10_000, true, 'full'],
  ])(
    'that was %s, at %d %% with %d MB free, refusing writes: %s, is %s',
    (before, used, free, refuses, level) => {
      expect(diskLevel(before, disk(used, free), refuses)).toBe(level);
    },
  );

  test('without the ledger is never more than low', () => {
    expect(diskLevel('low', disk(100, 0, false), true)).toBe('low');
  });
});

describe('the clock', () => {
  const start = lookAtClock(undefined, 1_000_000, 0).state;

  test('going on as it should is no jump, and settles', () => {
    expect(lookAtClock(start, 1_010_000, 10_000)).toMatchObject({ jumpedMs: null, settled: false });
    expect(lookAtClock(start, 1_600_000, 600_000)).toMatchObject({ jumpedMs: null, settled: true });
  });

  test('corrected by a time daemon bit by bit is no jump', () => {
    expect(lookAtClock(start, 1_014_000, 10_000).jumpedMs).toBeNull();
  });

  test.each([365 * 86_400_000, -365 * 86_400_000, 5_000])('moved by %d ms is a jump, once', (moved) => {
    const look = lookAtClock(start, 1_010_000 + moved, 10_000);
    expect(look).toMatchObject({ jumpedMs: moved, settled: false });
    const next = lookAtClock(look.state, 1_020_000 + moved, 20_000);
    expect(next).toMatchObject({ jumpedMs: null, settled: false });
    expect(lookAtClock(next.state, 1_610_000 + moved, 610_000).settled).toBe(true);
  });
});
