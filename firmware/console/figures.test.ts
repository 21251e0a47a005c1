import { expect, test } from 'vitest';
import { figuresOf } from '@branchline/contracts/queue-figures';
import { HttpProblem } from '@branchline/runtime/web/problem';
import { figuresHandler } from './figures.ts';

const MIDNIGHT = Date.UTC(2026, 0, 4, 16);
const DAY_MS = 86_400_000;
const ranges: unknown[] = [];
const handler = figuresHandler({
  figures: {
    today: () => ({ from: MIDNIGHT, to: MIDNIGHT + 3_600_000 }),
    over: (range) => {
      ranges.push(range);
      return Promise.resolve(figuresOf([], { ...range, queue: () => undefined }, range.to));
    },
  },
});
const ask = async (query: { from?: string; to?: string }): Promise<unknown> =>
  handler({ query } as Parameters<typeof handler>[0]);

test('are of today, or of the time that is asked for', async () => {
  expect(await ask({})).toMatchObject({
    from: '2026-01-04T16:00:00.000Z',
    to: '2026-01-04T17:00:00.000Z',
    total: { offered: 0 },
  });
  await ask({ from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' });
  await ask({ to: '2026-01-01T00:00:00Z', from: '2025-12-01T00:00:00Z' });
  expect(ranges).toEqual([
    { from: MIDNIGHT, to: MIDNIGHT + 3_600_000 },
    { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) },
    { from: Date.UTC(2025, 11, 1), to: Date.UTC(2025, 11, 1) + 31 * DAY_MS },
  ]);
});

test.each([
  ['ends before it begins', { from: '2026-01-05T00:00:00Z' }],
  ['longer than 31 days', { from: '2025-01-01T00:00:00Z' }],
  ['ends before it begins', { to: '2026-01-01T00:00:00Z', from: '2026-01-01T00:00:00Z' }],
])('a time that %s is refused in words', async (what, query) => {
  const problem: unknown = await ask(query).catch((error: unknown) => error);
  if (!(problem instanceof HttpProblem)) throw new Error('a problem');
  expect([problem.status, problem.body.field]).toEqual([400, 'query.from']);
  expect(problem.body.message).toContain(what);
});
