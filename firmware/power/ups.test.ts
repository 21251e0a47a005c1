import { describe, expect, it, test } from 'vitest';
import type { UpsReading } from './reading.ts';
import { supplyOf } from './supply.ts';
import { LOW_MS, newUps, orderlyEnd, SETTLE_MS, upsDue, upsStep } from './ups.ts';
import { keptOf, type UpsEffect, type UpsEvent, type UpsRules, type UpsState } from './ups-state.ts';

const MAINS: UpsReading = {
  onMains: true,
  low: false,
  overload: false,
  replaceBattery: false,
  failed: false,
  testing: false,
  inputV: 230,
  nominalInputV: 230,
  loadPercent: 30,
  batteryV: 26,
  nominalBatteryV: 24,
};
const OUT: UpsReading = { ...MAINS, onMains: false, inputV: 0 };
const RULES: UpsRules = {
  battery: { lastsMs: 600_000, load: 30 },
  testEveryMs: 30 * 86_400_000,
  testOpen: false,
};

/** A UPS with a clock. */
class Bench {
  now = 1_000_000_000_000;
  state: UpsState = newUps(this.now).state;
  readonly effects: UpsEffect[] = [];
  rules = RULES;

  happen(event: UpsEvent, afterMs = 2_000): UpsState {
    this.now += afterMs;
    const step = upsStep(this.state, event, this.now, this.rules);
    this.state = step.state;
    this.effects.push(...step.effects);
    return this.state;
  }
  says(reading: UpsReading, afterMs = 2_000): UpsState {
    return this.happen({ type: 'reading', reading }, afterMs);
  }
  /** Out for so long, with a charge that goes evenly from one percentage to another. */
  drains(from: number, to: number, ms: number, more: Partial<UpsReading> = {}): void {
    for (let at = 0; at < ms; at += 2_000)
      this.says({ ...OUT, chargePercent: from + ((to - from) * at) / ms, ...more });
  }
  get changes(): string[] {
    return this.effects.flatMap((effect) => (effect.do === 'changed' ? [`${effect.from} ${effect.to}`] : []));
  }
}

describe('mains', () => {
  it('that fail are believed at once, and their return after they have stayed', () => {
    const bench = new Bench();
    bench.says(MAINS);
    expect(bench.says(OUT).state).toBe('battery');
    expect(bench.says(MAINS).settling).toMatchObject({ until: bench.now + SETTLE_MS });
    expect(bench.says(MAINS).state).toBe('battery');
    expect(bench.says(MAINS, SETTLE_MS).state).toBe('mains');
    expect(bench.changes).toEqual(['unknown mains', 'mains battery', 'battery mains']);
  });

  it('that are off and on ten times in a minute make one outage', () => {
    const bench = new Bench();
    bench.says(MAINS);
    for (let i = 0; i < 10; i += 1) {
      bench.says(OUT, 3_000);
      bench.says(MAINS, 3_000);
    }
    expect(bench.changes).toEqual(['unknown mains', 'mains battery']);
  });

  it('must stay the longer the more often they fell', () => {
    const bench = new Bench();
    const waits = [1, 2, 3].map(() => {
      bench.says(MAINS, 1);
      bench.says(OUT, 1);
      bench.says(MAINS, 1);
      const wait = (upsDue(bench.state) ?? 0) - bench.now;
      bench.says(MAINS, wait);
      expect(bench.state.state).toBe('mains');
      return wait;
    });
    expect(waits).toEqual([10_000, 20_000, 40_000]);
  });
});

describe('silence', () => {
  test.each([
    ['on mains is a UPS that is lost', MAINS, 'lost'],
    ['on battery is a battery that is low', OUT, 'low'],
  ] as const)('%s', (_, reading, state) => {
    const bench = new Bench();
    bench.says(MAINS);
    bench.says(reading);
    expect(bench.happen({ type: 'silent', because: 'it does not answer' })).toMatchObject({
      state,
      silent: { because: 'it does not answer' },
    });
    expect(supplyOf([bench.state], false)).toEqual({ state: state === 'low' ? 'low' : 'unknown' });
    expect(bench.says(reading).silent).toBeUndefined();
  });

  it('from the first is a UPS that is lost, and nothing is known of the mains', () => {
    const bench = new Bench();
    expect(bench.happen({ type: 'silent', because: 'no such port' }).state).toBe('lost');
  });

  it('with the mains back for a moment leaves nothing low', () => {
    const bench = new Bench();
    bench.says(OUT);
    bench.says(MAINS);
    expect(bench.happen({ type: 'silent', because: 'unplugged' }).state).toBe('lost');
  });
});

describe('time left', () => {
  it('is what the maker says of the battery as long as nothing better is known', () => {
    const bench = new Bench();
    bench.says({ ...MAINS, chargePercent: 50 });
    expect(bench.state.left).toEqual({ ms: 300_000, by: 'battery' });
  });

  it('is measured while it drains, and the least counts', () => {
    const bench = new Bench();
    bench.says(MAINS);
    // Twice as quick as its maker says: 100 % would last 300 s.
    bench.drains(100, 60, 120_000);
    expect(bench.state.left?.by).toBe('measured');
    expect(bench.state.left?.ms).toBeGreaterThan(160_000);
    expect(bench.state.left?.ms).toBeLessThan(200_000);
  });

  it('is not longer than the UPS says, nor as long as it says when its charge shows otherwise', () => {
    const bench = new Bench();
    bench.says({ ...OUT, chargePercent: 100, minutesLeft: 3 });
    expect(bench.state.left).toEqual({ ms: 180_000, by: 'ups' });
    bench.drains(100, 40, 60_000, { minutesLeft: 60 });
    expect(bench.state.left?.by).toBe('measured');
    expect(bench.state.left?.ms).toBeLessThan(60_000);
  });

  it('comes from the voltage where no charge is told', () => {
    const bench = new Bench();
    // 12 cells: empty at 20.8 V, full at 26 V.
    bench.says({ ...MAINS, batteryV: 23.4 });
    expect(bench.state.left?.ms).toBeCloseTo(300_000, -2);
    bench.says({ ...MAINS, batteryV: 1.95 });
    expect(bench.state.left?.ms).toBeCloseTo(300_000, -2);
  });

  it('makes the battery low near its end, whatever the UPS says; and so does the UPS', () => {
    const bench = new Bench();
    bench.says({ ...OUT, minutesLeft: LOW_MS / 60_000 });
    expect(bench.state.state).toBe('low');
    // A voltage that recovers gives no time back.
    expect(bench.says({ ...OUT, minutesLeft: 20 }).state).toBe('low');
    const other = new Bench();
    expect(other.says({ ...OUT, low: true, chargePercent: 100 }).state).toBe('low');
  });
});

describe('a battery', () => {
  it('is learnt from an outage, and its health is what is left of the first measure', () => {
    const bench = new Bench();
    const outage = (ms: number): void => {
      bench.says({ ...MAINS, chargePercent: 100 });
      bench.drains(100, 40, ms);
      bench.says({ ...MAINS, chargePercent: 45 });
      bench.says({ ...MAINS, chargePercent: 45 }, 200_000);
    };
    outage(360_000);
    const { holds: first = 0 } = bench.state.battery;
    // 60 % in 6 min at 30 % of load: 300 load-minutes.
    expect(first).toBeGreaterThan(285);
    expect(first).toBeLessThan(315);
    outage(120_000);
    outage(120_000);
    outage(120_000);
    expect(bench.state.battery.heldFirst).toBe(first);
    expect(bench.state.battery.holds).toBeLessThan(first * 0.6);
    expect(bench.effects.filter((effect) => effect.do === 'tried')).toHaveLength(4);
  });

  it('that says it is full and is off at once has died early, and is known to hold no more from then on', () => {
    const bench = new Bench();
    bench.says(MAINS);
    bench.drains(100, 100, 60_000);
    const kept = keptOf(bench.state);
    const { state, effects } = newUps(bench.now + 600_000, kept, bench.now + 300_000);
    expect(effects).toMatchObject([{ do: 'tried', kind: 'outage', verdict: 'died-early', lastedMs: 58_000 }]);
    // Less than one minute at 30 %.
    expect(state.battery.holds).toBeLessThan(30);
    expect(state.battery.trials.at(-1)?.verdict).toBe('died-early');
  });

  it('has not died when only this service was started anew, nor when the box went down as it should', () => {
    const bench = new Bench();
    bench.says(MAINS);
    bench.drains(100, 80, 60_000);
    expect(newUps(bench.now + 5_000, keptOf(bench.state), bench.now - 900_000).effects).toEqual([]);
    const down = orderlyEnd(bench.state, bench.now).state;
    expect(newUps(bench.now + 600_000, keptOf(down), bench.now + 300_000).effects).toEqual([]);
  });
});

describe('a test', () => {
  const started = (): Bench => {
    const bench = new Bench();
    bench.says(MAINS);
    bench.happen({ type: 'test' });
    expect(bench.effects.at(-1)).toEqual({ do: 'test' });
    return bench;
  };

  it('is no outage, although the battery carries the load', () => {
    const bench = started();
    bench.says({ ...MAINS, testing: true, onMains: false });
    expect(bench.says({ ...MAINS, testing: true, onMains: false }, 8_000).state).toBe('mains');
    bench.says(MAINS);
    expect(bench.effects.at(-1)).toMatchObject({
      do: 'tried',
      kind: 'test',
      verdict: 'passed',
      lastedMs: 8_000,
    });
  });

  it('that makes the battery low has failed', () => {
    const bench = started();
    bench.says({ ...MAINS, testing: true, low: true });
    bench.says(MAINS);
    expect(bench.effects.at(-1)).toMatchObject({ do: 'tried', verdict: 'failed' });
  });

  it('that mains interrupt is an outage', () => {
    const bench = started();
    bench.says({ ...OUT, testing: true });
    expect(bench.state.state).toBe('battery');
  });

  it('is made when it is due, in its hours, on mains, and not the day after an outage', () => {
    const bench = new Bench();
    bench.rules = { ...RULES, testOpen: true };
    bench.says(MAINS);
    const tests = (): number => bench.effects.filter((effect) => effect.do === 'test').length;
    expect(tests()).toBe(1);
    bench.says(MAINS, 30_000);
    bench.says(MAINS, 29 * 86_400_000);
    expect(tests()).toBe(1);
    bench.says(OUT);
    bench.says(MAINS);
    bench.says(MAINS, 20_000);
    bench.says(MAINS, 20 * 60 * 60_000);
    bench.says(MAINS, 3 * 60 * 60_000);
    expect(tests()).toBe(1);
    bench.rules = RULES;
    bench.says(MAINS, 86_400_000);
    expect(tests()).toBe(1);
    bench.rules = { ...RULES, testOpen: true };
    bench.says(MAINS);
    expect(tests()).toBe(2);
  });
});

it('overload is told at once and over when it has stayed away', () => {
  const bench = new Bench();
  expect(bench.says({ ...MAINS, loadPercent: 118 }).overload).toBe(true);
  expect(bench.says(MAINS).overload).toBe(true);
  expect(bench.says(MAINS, 59_000).overload).toBe(true);
  expect(bench.says(MAINS, 1_000).overload).toBe(false);
});

describe('two UPS that disagree', () => {
  const at = (reading: UpsReading): UpsState => {
    const bench = new Bench();
    bench.says(reading);
    return bench.state;
  };
  const good = at(MAINS);
  const short = at({ ...OUT, minutesLeft: 4 });
  const long = at({ ...OUT, minutesLeft: 9 });

  test.each([
    ['the worse counts', false, [good, short], { state: 'battery', leftMs: 240_000 }],
    ['the shorter counts', false, [long, short], { state: 'battery', leftMs: 240_000 }],
    ['where each feeds all, the better counts', true, [good, short], { state: 'mains' }],
    ['where each feeds all, the longer counts', true, [short, long], { state: 'battery', leftMs: 540_000 }],
    ['one never heard says nothing', false, [newUps(0).state, good], { state: 'mains' }],
  ] as const)('%s', (_, redundant, all, supply) => {
    expect(supplyOf(all, redundant)).toMatchObject(supply);
  });
});
