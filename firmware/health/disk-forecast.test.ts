import { describe, expect, test } from 'vitest';
import { fullAt, withToday, type DayFigure, type DiskDays } from './disk-forecast.ts';
import type { DiskReading } from './host.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-01T02:00:00Z');
const TOTAL_MB = 100_000;

const disk = (freeMb: number, totalMb = TOTAL_MB): DiskReading => ({
  ...{ mount: '/data', totalMb, freeMb, usedPercent: 0 },
  ...{ readOnly: false, ledger: true },
});
const daily = (...freeMb: readonly number[]): DayFigure[] =>
  freeMb.map((free, day) => ({ at: START + day * DAY_MS, freeMb: free, totalMb: TOTAL_MB }));
/** Days from the last figure until it is full. */
const daysLeft = (...freeMb: readonly number[]): number | undefined => {
  const now = START + (freeMb.length - 1) * DAY_MS;
  const end = fullAt(daily(...freeMb), disk(freeMb.at(-1) ?? 0), now);
  return end === undefined ? undefined : Math.round(((end - now) / DAY_MS) * 10) / 10;
};

describe('the forecast', () => {
  test('goes on as it went', () => {
    expect(daysLeft(50_000, 49_000, 48_000)).toBe(48);
    expect(daysLeft(10_000, 8_000, 6_000, 4_000)).toBe(2);
  });

  test.each([[[50_000]], [[50_000, 40_000]]])('of %j is not known: fewer than three days', (days) => {
    expect(daysLeft(...days)).toBeUndefined();
  });

  test('is none while room grows, stays, or lasts for years', () => {
    expect(daysLeft(50_000, 50_100, 50_200)).toBeUndefined();
    expect(daysLeft(50_000, 50_000, 50_000)).toBeUndefined();
    expect(daysLeft(50_000, 49_990, 49_980)).toBeUndefined();
  });

  test('is not led astray by a quiet weekend', () => {
    expect(daysLeft(50_000, 49_000, 48_000, 47_000, 46_000, 46_000, 46_000)).toBe(64.4);
  });

  test('begins anew when room was made, or the disk is another', () => {
    expect(daysLeft(9_000, 6_000, 3_000, 60_000, 59_000)).toBeUndefined();
    expect(daysLeft(9_000, 6_000, 3_000, 60_000, 59_000, 58_000)).toBe(58);
    const [first, ...others] = daily(9_000, 8_000, 7_000);
    const swapped = [{ ...first!, totalMb: TOTAL_MB / 2 }, ...others];
    expect(fullAt(swapped, disk(7_000), START + 2 * DAY_MS)).toBeUndefined();
  });
});

describe('daily figures', () => {
  const over = (days: readonly number[]): DiskDays =>
    days.reduce<DiskDays>((known, day) => withToday(known, disk(1_000 - day), START + day * DAY_MS), {});
  const kept = (days: DiskDays): number[] =>
    (days['/data'] ?? []).map(({ at }) => Math.round((at - START) / DAY_MS));

  test('one a day, the first that is seen, and nothing new for the rest of it', () => {
    const once = over([0]);
    expect(withToday(once, disk(5), START + 3_600_000)).toBe(once);
    expect(kept(over([0, 0, 1]))).toEqual([0, 1]);
  });

  test('a month of them', () => {
    const days = kept(over(Array.from({ length: 90 }, (_, day) => day)));
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toBe(89);
  });

  test('what a clock that ran ahead has left goes', () => {
    expect(kept(over([0, 1, 20, 2]))).toEqual([0, 1, 2]);
  });
});
