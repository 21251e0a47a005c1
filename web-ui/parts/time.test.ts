import { expect, test } from 'vitest';
import { dayWords, moment, spanWords, stopwatch, wall } from './time.ts';

const zone = 'Asia/Shanghai';
const now = Date.parse('2026-11-22T01:12:05.500Z');

test('the wall clock of the branch, not of the browser', () => {
  expect(wall(now, zone)).toEqual({ date: '2026-11-22', time: '09:12:05' });
  expect(wall(Date.parse('2026-11-21T16:00:00Z'), zone)).toEqual({ date: '2026-11-22', time: '00:00:00' });
});

test('a moment names the day only when it is another', () => {
  expect(moment('2026-11-21T16:00:00Z', now, zone)).toBe('00:00');
  expect(moment('2026-11-21T15:59:59Z', now, zone)).toBe('11-21 23:59');
  expect(moment('2025-11-21T15:59:59Z', now, zone)).toBe('2025-11-21 23:59');
});

test('a day in words, with its year when it is another', () => {
  expect(dayWords('2026-12-02T20:00:00Z', now, zone, 'en')).toBe('3 December');
  expect(dayWords('2026-12-02T20:00:00Z', now, zone, 'zh')).toBe('12月3日');
  expect(dayWords('2027-01-05T00:00:00Z', now, zone, 'en')).toBe('5 January 2027');
});

test.each([
  [-5, '0:00'],
  [7_999, '0:07'],
  [750_000, '12:30'],
  [3_900_000, '1:05:00'],
])('%i ms on a stopwatch: %s', (ms, text) => {
  expect(stopwatch(ms)).toBe(text);
});

test.each([
  [0, 'unit.s', { n: 0 }],
  [40, 'unit.ms', { n: 40 }],
  [12_400, 'unit.s', { n: 12 }],
  [240_000, 'unit.min', { n: 4 }],
  [3_600_000, 'unit.hOnly', { n: 1 }],
  [4_800_000, 'unit.h', { h: 1, m: 20 }],
  [3 * 86_400_000, 'unit.d', { n: 3 }],
])('%i ms in words', (ms, key, holes) => {
  expect(spanWords(ms)).toEqual({ key, holes });
});
