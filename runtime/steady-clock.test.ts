import { expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { ManualClock } from './clock.ts';
import { steadyClock } from './steady-clock.ts';

/** A machine whose wall clock can be set, while its monotonic clock goes on. */
function machine() {
  const at = { wall: 1_000_000, monotonic: 50 };
  const timers = new ManualClock();
  const clock: Clock = {
    now: () => at.wall,
    monotonic: () => at.monotonic,
    after: (ms, action) => timers.after(ms, action),
  };
  const pass = (ms: number): void => {
    at.wall += ms;
    at.monotonic += ms;
    timers.advance(ms);
  };
  const setBy = (ms: number): void => void (at.wall += ms);
  return { steady: steadyClock(clock), pass, setBy };
}

test('goes with the wall clock while nobody sets it', () => {
  const { steady, pass } = machine();
  pass(1_234);
  expect([steady.now(), steady.drift(), steady.monotonic()]).toEqual([1_001_234, 0, 1_284]);
});

test.each([3_600_000, -3_600_000])(
  'does not jump when the wall clock is set by %i ms, and knows how far it is',
  (by) => {
    const { steady, pass, setBy } = machine();
    setBy(by);
    pass(500);
    expect(steady.now()).toBe(1_000_500);
    expect(steady.drift()).toBe(by);
    steady.resync();
    expect(steady.now()).toBe(1_000_500 + by);
    expect(steady.drift()).toBe(0);
  },
);

test('gives whole milliseconds, as the ledger keeps them', () => {
  const { steady, pass } = machine();
  pass(0.4);
  expect(steady.now()).toBe(1_000_000);
  pass(0.2);
  expect(steady.now()).toBe(1_000_001);
});

test('timers run by the machine, whatever the wall clock does', () => {
  const { steady, pass, setBy } = machine();
  const ran: string[] = [];
  steady.after(1_000, () => ran.push('due'));
  steady.after(1_000, () => ran.push('cancelled')).cancel();
  setBy(3_600_000);
  expect(ran).toEqual([]);
  pass(1_000);
  expect(ran).toEqual(['due']);
});
