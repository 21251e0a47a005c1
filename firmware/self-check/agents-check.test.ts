import { expect, test } from 'vitest';
import { checkAgents } from './agents-check.ts';

test('somebody signs in and out by the rules of a branch with agents, and of one without', () => {
  expect(checkAgents({ queues: {}, agents: [] }, 1_000)).toEqual({ result: 'passed' });
  const agents = [{ id: 'li.lei', queues: { sales: 1 }, skills: {}, atOnce: 1 }];
  expect(checkAgents({ queues: {}, agents }, 1_000)).toEqual({ result: 'passed' });
});
