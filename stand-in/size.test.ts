import { expect, test } from 'vitest';
import { hostSize } from './size.ts';

const GB = 1024 ** 3;

test.each([
  ['no limit', 8 * GB, 0, 8_192],
  ['a limit of the system', 8 * GB, 2 * GB, 2_048],
  ['a limit beyond what there is', 8 * GB, 2 ** 63, 8_192],
])('with %s a host has the memory it may use', (_, total, allowed, memoryMb) => {
  expect(hostSize(total, allowed)).toMatchObject({ memoryMb, callsEach: 100 });
});
