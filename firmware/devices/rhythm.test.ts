import { describe, expect, test } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { Rhythm } from './rhythm.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function started(options: { well?: () => boolean; backsOff?: boolean; random?: number } = {}) {
  const clock = new ManualClock();
  const at: number[] = [];
  const began = clock.now();
  const rhythm = new Rhythm({
    clock,
    random: () => options.random ?? 0.5,
    everyMs: 10_000,
    backsOff: options.backsOff ?? false,
    run: () => {
      at.push(clock.now() - began);
      return Promise.resolve(options.well?.() ?? true);
    },
  });
  const pass = async (ms: number): Promise<void> => {
    await settled();
    for (let gone = 0; gone < ms; gone += 500) {
      clock.advance(500);
      await settled();
    }
  };
  return { rhythm, at, pass };
}

describe('a rhythm', () => {
  test('runs at once, then every period, a tenth more or less', async () => {
    const { rhythm, at, pass } = started({ random: 1 });
    rhythm.start();
    await pass(25_000);
    expect(at).toEqual([0, 11_000, 22_000]);
  });

  test('runs out of turn when asked, and goes on from there', async () => {
    const { rhythm, at, pass } = started();
    rhythm.start();
    await pass(4_000);
    await rhythm.now();
    await pass(10_000);
    expect(at).toEqual([0, 4_000, 14_000]);
  });

  test('asked while it runs, runs once more afterwards, however often it was asked', async () => {
    const ends: (() => void)[] = [];
    let runs = 0;
    const clock = new ManualClock();
    const run = (): Promise<boolean> => {
      runs += 1;
      return new Promise((resolve) => ends.push(() => resolve(true)));
    };
    const rhythm = new Rhythm({ clock, random: () => 0.5, everyMs: 1_000, run });
    rhythm.start();
    const asked = [rhythm.now(), rhythm.now(), rhythm.now()];
    ends[0]?.();
    await settled();
    expect(runs).toBe(2);
    ends[1]?.();
    await Promise.all(asked);
    expect(runs).toBe(2);
    await rhythm.stop();
  });

  test('after failures it waits longer, no longer than five minutes, and comes back to its period', async () => {
    let well = false;
    const { rhythm, at, pass } = started({ well: () => well, backsOff: true, random: 1 });
    rhythm.start();
    await pass(1_200_000);
    const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(pauses).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
    well = true;
    await pass(330_000);
    expect((at.at(-1) ?? 0) - (at.at(-2) ?? 0)).toBe(11_000);
  });

  test('stopped, it never runs again', async () => {
    const { rhythm, at, pass } = started();
    rhythm.start();
    await rhythm.stop();
    await rhythm.now();
    await pass(60_000);
    expect(at).toEqual([0]);
  });
});
