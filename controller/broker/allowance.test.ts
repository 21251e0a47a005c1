import { expect, it } from 'vitest';
import { Allowance } from './allowance.ts';

it('lets a second of messages through at once, then at the rate', () => {
  const allowance = new Allowance({ messagesPerS: 10, bytesPerS: 1_000 }, 0);
  for (let n = 0; n < 10; n++) expect(allowance.take(10, 0)).toBe(0);
  expect(allowance.take(10, 0)).toBe(100);
  expect(allowance.take(10, 200)).toBe(0);
  expect(allowance.take(10, 60_000)).toBe(0);
});

it('counts bytes as well, and never pays back a clock that goes backwards', () => {
  const allowance = new Allowance({ messagesPerS: 1_000, bytesPerS: 1_000 }, 10_000);
  expect(allowance.take(1_500, 10_000)).toBe(500);
  expect(allowance.take(0, 0)).toBeGreaterThan(0);
});
