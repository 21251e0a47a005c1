import { expect, test } from 'vitest';
import { theirNow } from './their-clock.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 5, 2);
const reported = { at: new Date(NOW + HOUR).toISOString() };

test('what its health said last counts', () => {
  expect(theirNow({ aheadMs: -HOUR, reported, reportedAt: NOW }, NOW)).toBe(NOW - HOUR);
});

test('after a start of headquarters what it reported last counts', () => {
  expect(theirNow({ aheadMs: null, reported, reportedAt: NOW - 5 }, NOW)).toBe(NOW + HOUR + 5);
});

test('of one that was never heard of nothing is known', () => {
  expect(theirNow(undefined, NOW)).toBe(NOW);
  expect(theirNow({ aheadMs: null, reported: null, reportedAt: null }, NOW)).toBe(NOW);
});
