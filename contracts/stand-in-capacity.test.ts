import { expect, test } from 'vitest';
import { capacityOf } from './stand-in-capacity.ts';

test.each([
  [
    { memoryMb: 2_048, cores: 2, callsEach: 100 },
    { byMemory: 9, callsEach: 92, calls: 92 },
  ],
  [
    { memoryMb: 8_192, cores: 4, callsEach: 100 },
    { byMemory: 45, callsEach: 100, calls: 184 },
  ],
  [
    { memoryMb: 400, cores: 1, callsEach: 100 },
    { byMemory: 0, callsEach: 46, calls: 46 },
  ],
])('a host of %o can carry %o', (size, capacity) => {
  expect(capacityOf(size)).toEqual(capacity);
});
