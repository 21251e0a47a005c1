import { expect, test } from 'vitest';
import { delayImpairment, lossImpairment, mosOf, rating } from './e-model.ts';

// The limits of the user satisfaction categories; the table rounds to a hundredth.
test.each([
  [90, 4.34],
  [80, 4.03],
  [70, 3.6],
  [60, 3.1],
  [50, 2.58],
])('ITU-T G.107 Table B.1: R of %i is a MOS of %f', (r, mos) => {
  expect(Math.abs(mosOf(r) - mos)).toBeLessThan(0.01);
});

test('G.107: all at its default is R 93.2 and MOS 4.41', () => {
  expect(rating({ lostPercent: 0, delayMs: 0 })).toBe(93.2);
  expect(mosOf(93.2)).toBeCloseTo(4.41, 2);
});

test('Annex B: never below 1 nor above 4.5, and never worse for a better R', () => {
  expect([mosOf(-20), mosOf(0), mosOf(3), mosOf(100), mosOf(120)]).toEqual([1, 1, 1, 4.5, 4.5]);
  for (let r = 1; r <= 100; r += 1) expect(mosOf(r)).toBeGreaterThanOrEqual(mosOf(r - 1));
});

test('§7.4: delay up to 100 ms costs nothing; each doubling beyond it is one more in X', () => {
  expect([delayImpairment(0), delayImpairment(100)]).toEqual([0, 0]);
  // By hand: 25 (2^(1/6) - 3 (1 + 1/729)^(1/6) + 2) and 25 (65^(1/6) - 3 (1 + 64/729)^(1/6) + 2).
  expect(delayImpairment(200)).toBeCloseTo(3.04, 2);
  expect(delayImpairment(400)).toBeCloseTo(24.07, 2);
});

test('§7.5: loss of as much as Bpl takes half of the 95', () => {
  expect([lossImpairment(0), lossImpairment(25.1)]).toEqual([0, 47.5]);
  expect(lossImpairment(5)).toBeCloseTo(15.78, 2);
});
