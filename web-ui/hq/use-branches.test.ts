import { expect, test } from 'vitest';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { branchesOf } from './use-branches.ts';

test('neither stand-ins nor the hosts that run them are branches', () => {
  const boxes = ['east', 'east-standin', 'cloud-1', 'west'].map((box) => ({ box }) as BoxSummary);
  expect(branchesOf(boxes, ['cloud-1']).map(({ box }) => box)).toEqual(['east', 'west']);
  expect(branchesOf(boxes).map(({ box }) => box)).toEqual(['east', 'cloud-1', 'west']);
});
