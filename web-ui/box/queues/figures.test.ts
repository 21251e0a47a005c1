import type { LiveQueue } from '@branchline/contracts/live';
import { expect, test } from 'vitest';
import { levelTone, oldest, waitTone } from './figures.ts';

const queue: LiveQueue = {
  id: 'q',
  waiting: [
    { call: 'b', from: '', since: '2026-11-22T01:00:09Z', priority: 9 },
    { call: 'a', from: '', since: '2026-11-22T01:00:00Z', priority: 0 },
  ],
  agentsReady: 0,
  agentsSignedIn: 0,
  today: {
    offered: 0,
    answered: 0,
    abandoned: 0,
    shortAbandoned: 0,
    overflowed: 0,
    serviceLevel: null,
    longestWaitMs: 0,
  },
  serviceLevelGoal: { percent: 80, withinMs: 20_000 },
  callbacks: [],
};

test('the one who waits longest need not be the next', () => {
  expect(oldest(queue)).toBe('2026-11-22T01:00:00Z');
  expect(oldest({ ...queue, waiting: [] })).toBeUndefined();
});

test.each([
  [20, 'good'],
  [21, 'warn'],
  [61, 'bad'],
])('%i s with a goal of 20 s: %s', (seconds, tone) => {
  const since = '2026-11-22T01:00:00Z';
  expect(waitTone(since, 20_000, Date.parse(since) + seconds * 1000)).toBe(tone);
});

test('the level of a day without calls is unknown, not bad', () => {
  const at = (serviceLevel: number | null) =>
    levelTone({ ...queue, today: { ...queue.today, serviceLevel } });
  expect([at(null), at(80), at(79.9)]).toEqual(['unknown', 'good', 'warn']);
});
