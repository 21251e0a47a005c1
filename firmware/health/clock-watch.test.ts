import { describe, expect, test } from 'vitest';
import { lookAtClock } from './clock-watch.ts';

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
