import { expect, test } from 'vitest';
import { inOrder, verdictSay } from './verdict.ts';

test('a moment as score tells since when somebody was free; another score does not', () => {
  const score = Date.parse('2026-11-22T01:00:00Z');
  expect(verdictSay({ agent: 'a', verdict: 'chosen', score })).toEqual({
    key: 'verdict.chosenIdle',
    holes: { at: { at: '2026-11-22T01:00:00.000Z' } },
  });
  expect(verdictSay({ agent: 'a', verdict: 'lower', score: 4 })).toEqual({ key: 'verdict.lower' });
  expect(verdictSay({ agent: 'a', verdict: 'busy', score })).toEqual({ key: 'verdict.busy' });
});

test('the chosen one first, then who came close', () => {
  const order = inOrder([
    { agent: 'd', verdict: 'busy' },
    { agent: 'c', verdict: 'lower', score: 9 },
    { agent: 'b', verdict: 'lower', score: 3 },
    { agent: 'a', verdict: 'chosen', score: 1 },
  ]);
  expect(order.map((candidate) => candidate.agent)).toEqual(['a', 'b', 'c', 'd']);
});
