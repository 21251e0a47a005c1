import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TRUNK_STATES, type TrunkState } from '@branchline/contracts/trunks';
import { numbersToMove, type LineSeen } from './dead-lines.ts';

const [MAIN, SIDE] = ['+8657186001000', '+8657186002000'];
const NUMBERS = [
  { number: MAIN, trunks: ['pstn'] },
  { number: SIDE, trunks: ['analog', 'pstn'] },
];
const HOLD = 10_000;
const NOW = 1_000_000;
const since = (ms: number, state: TrunkState): LineSeen => ({ state, since: NOW - ms });
const moved = (lines: Record<string, LineSeen>, before: readonly string[] = [], cloud?: string) => [
  ...numbersToMove(
    NUMBERS,
    new Set(before),
    { lines: new Map(Object.entries({ cloud: since(60_000, 'up'), ...lines })), cloud },
    { holdMs: HOLD, now: NOW },
  ),
];

test('a number goes when all of its lines have been down long enough, and no other number with it', () => {
  expect(moved({ pstn: since(HOLD, 'down'), analog: since(HOLD, 'up') }, [], 'cloud')).toEqual([MAIN]);
  expect(moved({ pstn: since(HOLD, 'down'), analog: since(HOLD, 'down') }, [], 'cloud')).toEqual([
    MAIN,
    SIDE,
  ]);
  expect(moved({ pstn: since(HOLD - 1, 'down'), analog: since(HOLD, 'down') }, [], 'cloud')).toEqual([]);
});

test('it comes back when one of its lines has been up for so long', () => {
  const back = { pstn: since(HOLD - 1, 'up'), analog: since(HOLD, 'degraded') };
  expect(moved(back, [MAIN, SIDE], 'cloud')).toEqual([MAIN]);
});

test('nothing goes where there is no line in the cloud, or where that is not up', () => {
  const dead = { pstn: since(HOLD, 'down'), analog: since(HOLD, 'down') };
  expect(moved(dead)).toEqual([]);
  expect(moved({ ...dead, cloud: since(HOLD, 'down') }, [], 'cloud')).toEqual([]);
});

test('a line that changes more often than the hold moves nothing, and brings nothing back', () => {
  const flapping = fc.record({ state: fc.constantFrom(...TRUNK_STATES), ms: fc.nat(HOLD - 1) });
  fc.assert(
    fc.property(flapping, flapping, fc.subarray([MAIN, SIDE]), (pstn, analog, before) => {
      const lines = { pstn: since(pstn.ms, pstn.state), analog: since(analog.ms, analog.state) };
      expect(moved(lines, before, 'cloud')).toEqual(before);
    }),
  );
});
