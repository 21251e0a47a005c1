import { expect, test } from 'vitest';
import { seat } from './slots.ts';

test('a call keeps its cell while others come and go', () => {
  const first = seat([], ['a', 'b', 'c'], 4);
  expect(first).toEqual(['a', 'b', 'c', null]);
  const second = seat(first, ['c', 'b'], 4);
  expect(second).toEqual([null, 'b', 'c', null]);
  expect(seat(second, ['d', 'c', 'e', 'b'], 4)).toEqual(['d', 'b', 'c', 'e']);
});

test('more calls than channels, and a line that shrinks', () => {
  expect(seat([], ['a', 'b', 'c'], 2)).toEqual(['a', 'b']);
  expect(seat(['a', 'b', 'c'], ['c'], 2)).toEqual(['c', null]);
});
