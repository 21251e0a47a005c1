import { describe, expect, test } from 'vitest';
import { betweenMs, exponentialMs, oneOf, pauseMs, seededRandom } from './chance.ts';

const mean = (count: number, draw: () => number): number =>
  Array.from({ length: count }, draw).reduce((sum, value) => sum + value, 0) / count;

describe('chance', () => {
  test('falls the same way for the same seed', () => {
    const [a, b] = [seededRandom(7), seededRandom(7)];
    expect(Array.from({ length: 50 }, a)).toEqual(Array.from({ length: 50 }, b));
  });

  test('is even between 0 and 1', () => {
    expect(mean(20_000, seededRandom(1))).toBeCloseTo(0.5, 1);
  });

  test('six calls a minute are ten seconds apart on average', () => {
    const random = seededRandom(2);
    expect(mean(20_000, () => pauseMs(6, random)) / 10_000).toBeCloseTo(1, 1);
    expect(exponentialMs(100, () => 1 - 1 / Math.E)).toBeCloseTo(100);
  });

  test('stays between its bounds', () => {
    expect(betweenMs({ least: 5, most: 9 }, () => 0)).toBe(5);
    expect(betweenMs({ least: 5, most: 9 }, () => 0.999)).toBeLessThan(9);
    expect(betweenMs({ least: 5, most: 1 }, () => 0.5)).toBe(5);
  });

  test('picks nothing from nothing', () => {
    expect(oneOf<string>([], () => 0.5)).toBeUndefined();
    expect(oneOf(['a', 'b'], () => 0.99)).toBe('b');
  });
});
