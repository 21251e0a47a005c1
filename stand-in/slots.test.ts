import { expect, test } from 'vitest';
import { freeSlot, RTP_EACH, slotAt, type Slot } from './slots.ts';

const RANGE = {
  addresses: ['192.0.2.40', '192.0.2.41'],
  sipPort: 5060,
  rtpFirst: 30_000,
  ariFirst: 18_200,
  consoleFirst: 18_600,
};

test('no two stand-ins share what only one can have', () => {
  const slots = Array.from({ length: 80 }, (_, slot) => slotAt(slot, RANGE));
  const unique = (of: (slot: Slot) => string | number): number => new Set(slots.map(of)).size;
  expect(unique(({ address, sipPort }) => `${address}:${sipPort}`)).toBe(80);
  expect(unique(({ ariPort }) => ariPort)).toBe(80);
  expect(unique(({ consolePort }) => consolePort)).toBe(80);
  const starts = slots.map(({ rtp }) => rtp.first);
  expect(slots.map(({ rtp }) => rtp.last - rtp.first + 1)).toEqual(starts.map(() => RTP_EACH));
  expect(starts).toEqual(starts.map((_, slot) => RANGE.rtpFirst + slot * RTP_EACH));
});

test('one with an address of its own has the usual port; the next ones share addresses by ports', () => {
  const at = (slot: number) => {
    const { address, sipPort } = slotAt(slot, RANGE);
    return `${address}:${sipPort}`;
  };
  expect([0, 1, 2, 3].map(at)).toEqual([
    '192.0.2.40:5060',
    '192.0.2.41:5060',
    '192.0.2.40:5061',
    '192.0.2.41:5061',
  ]);
});

test('what was left is taken before what was never used', () => {
  expect(freeSlot(new Set())).toBe(0);
  expect(freeSlot(new Set([0, 2, 3]))).toBe(1);
  expect(freeSlot(new Set([0, 1]))).toBe(2);
});

test('a range without ports left says what to do', () => {
  expect(slotAt(87, RANGE).rtp.last).toBeLessThanOrEqual(65_535);
  expect(() => slotAt(88, RANGE)).toThrow('no ports left for stand-in 89: begin the ranges lower');
});
