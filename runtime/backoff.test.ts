import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoff } from './backoff.ts';

const delays = (options: Parameters<typeof backoff>[0], count: number): number[] => {
  const attempts = backoff(options);
  return Array.from({ length: count }, () => attempts.next());
};

describe('backoff', () => {
  test('doubles up to the longest', () => {
    expect(delays({ firstMs: 500, longestMs: 3_000, random: () => 1 }, 5)).toEqual([
      500, 1_000, 2_000, 3_000, 3_000,
    ]);
  });

  test('spreads a fleet over the whole time', () => {
    expect(delays({ firstMs: 1_000, longestMs: 60_000, random: () => 0.5 }, 3)).toEqual([500, 1_000, 2_000]);
  });

  test('never hammers: a little time passes whatever the dice say', () => {
    expect(delays({ firstMs: 1_000, longestMs: 60_000, random: () => 0 }, 3)).toEqual([100, 100, 100]);
    expect(delays({ firstMs: 20, longestMs: 60_000, random: () => 0 }, 1)).toEqual([20]);
  });

  test('begins anew after a success', () => {
    const attempts = backoff({ firstMs: 500, longestMs: 60_000, random: () => 1 });
    attempts.next();
    attempts.next();
    attempts.reset();
    expect([attempts.next(), attempts.next()]).toEqual([500, 1_000]);
  });

  test('stays between its bounds for any dice', () => {
    const dice = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(dice, (rolls) => {
        const left = [...rolls];
        const all = delays(
          { firstMs: 200, longestMs: 30_000, random: () => left.shift() ?? 0 },
          rolls.length,
        );
        return all.every((delay) => delay >= 100 && delay <= 30_000);
      }),
    );
  });
});
