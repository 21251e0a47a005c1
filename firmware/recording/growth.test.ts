import { describe, expect, test } from 'vitest';
import { EMPTY_MS, look, startGrowth, STALL_MS, type Growth } from './growth.ts';

/** What is seen of a file at each moment: [ms, bytes]. */
const seen = (...looks: readonly (readonly [number, number])[]): Growth =>
  looks.reduce((growth, [now, bytes]) => look(growth, bytes, now), startGrowth(0));

describe('a recording', () => {
  test('that grows is not stalled, however late it is looked at', () => {
    expect(seen([2_000, 100], [60_000, 101])).toEqual({
      bytes: 101,
      grewAt: 60_000,
      stalled: false,
      empty: false,
    });
  });

  test.each([
    [STALL_MS - 1, false],
    [STALL_MS, true],
  ])('that did not grow for %i ms: stalled %s', (ms, stalled) => {
    expect(seen([1_000, 100], [1_000 + ms, 100]).stalled).toBe(stalled);
  });

  test('that never began is stalled as well', () => {
    expect(seen([STALL_MS, 0]).stalled).toBe(true);
  });

  test.each([
    [EMPTY_MS - 1, false],
    [EMPTY_MS, true],
  ])('that has nothing in it after %i ms: empty %s, and stalled only later', (ms, empty) => {
    expect(seen([ms, 0])).toMatchObject({ empty, stalled: false });
    expect(seen([ms, 0], [ms + 1, 1])).toMatchObject({ empty: false });
  });

  test('that has shrunk does not grow', () => {
    expect(seen([1_000, 100], [1_000 + STALL_MS, 50])).toEqual({
      bytes: 100,
      grewAt: 1_000,
      stalled: true,
      empty: false,
    });
  });

  test('grows again, and must stand still for the whole time again to be stalled', () => {
    const again = seen([1_000, 100], [9_000, 100], [10_000, 200]);
    expect(again).toEqual({ bytes: 200, grewAt: 10_000, stalled: false, empty: false });
    expect(look(again, 200, 10_000 + STALL_MS - 1).stalled).toBe(false);
  });
});
