import { describe, expect, test } from 'vitest';
import { ManualClock, systemClock } from './clock.ts';

describe('the manual clock', () => {
  test('runs timers in order of their time, then of their making, each at its moment', () => {
    const clock = new ManualClock(1_000);
    const ran: string[] = [];
    const note = (name: string) => (): void => void ran.push(`${name} at ${clock.now()}`);
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    clock.advance(19);
    expect(ran).toEqual(['first at 1010', 'second at 1010']);
    expect(clock.now()).toBe(1_019);
    clock.advance(1);
    expect(ran.at(-1)).toBe('late at 1020');
  });

  test('runs what a timer sets on the way, and no further', () => {
    const clock = new ManualClock(0);
    const ran: number[] = [];
    const again = (): void => {
      ran.push(clock.now());
      clock.after(10, again);
    };
    clock.after(10, again);
    clock.advance(35);
    expect(ran).toEqual([10, 20, 30]);
  });

  test('runs a timer once, and none that was cancelled, also by one before it', () => {
    const clock = new ManualClock(0);
    const ran: string[] = [];
    clock.after(5, () => other.cancel());
    const other = clock.after(5, () => ran.push('cancelled'));
    clock.after(-1, () => ran.push('at once'));
    clock.advance(5);
    clock.advance(5);
    expect(ran).toEqual(['at once']);
  });
});

describe('the system clock', () => {
  test('does not run what was cancelled, and never goes back', async () => {
    const ran: string[] = [];
    const before = systemClock.monotonic();
    await new Promise<void>((resolve) => {
      systemClock.after(0, () => ran.push('cancelled')).cancel();
      systemClock.after(-1, resolve);
    });
    expect(ran).toEqual([]);
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
  });

  test('a time beyond what a timer can hold does not run at once', async () => {
    const ran: string[] = [];
    const far = systemClock.after(2 ** 40, () => ran.push('far'));
    await new Promise<void>((resolve) => systemClock.after(5, resolve));
    far.cancel();
    expect(ran).toEqual([]);
  });
});
