import { expect, test } from 'vitest';
import { LOST_TOGETHER_MS } from '@branchline/contracts/alarms';
import { wereLostTogether } from './lost-together.ts';

test.each([
  [[], false],
  [[0, 0], false],
  [[0, 1, LOST_TOGETHER_MS], true],
  [[LOST_TOGETHER_MS, 0, 1], true],
  [[0, 1, LOST_TOGETHER_MS + 1], false],
  [[0, 500_000, 500_001, 500_002], true],
])('telephones lost at %j: together %s', (lostAt, together) => {
  expect(wereLostTogether(lostAt)).toBe(together);
});
