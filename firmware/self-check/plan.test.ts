import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SelfCheckRules } from '@branchline/contracts/branch/self-check';
import {
  CALM_MS,
  checksOf,
  newSelfCheck,
  nextRun,
  ORDER_PATIENCE_MS,
  selfCheckStep,
  type Check,
  type Circumstances,
  type SelfCheckEffect,
  type SelfCheckEvent,
  type SelfCheckState,
} from './plan.ts';

const HOUR_MS = 3_600_000;
const RULES: SelfCheckRules = {
  at: 210,
  putOffMs: 2 * HOUR_MS,
  calls: 0,
  checks: ['agents', 'backup'],
  backups: 2,
};
const CHECKS: readonly Check[] = [{ check: 'agents' }, { check: 'backup' }];
/** The branch's clock is UTC here. */
const dateAt = (at: number): Pick<Circumstances, 'date' | 'minute'> => ({
  date: new Date(at).toISOString().slice(0, 10),
  minute: Math.floor((at % (24 * HOUR_MS)) / 60_000),
});
const EVENING = Date.UTC(2026, 10, 22, 20);
const NIGHT = Date.UTC(2026, 10, 23, 3, 30);

class Bench {
  now = EVENING;
  state: SelfCheckState;
  rules = RULES;
  here = { calls: 0, engineUp: true, onBattery: false, maintenance: false };
  readonly said: string[] = [];

  constructor(night?: string) {
    this.state = newSelfCheck(night, this.now, RULES, dateAt);
  }

  tell(event: SelfCheckEvent): readonly SelfCheckEffect[] {
    const checks = CHECKS.filter(({ check }) => this.rules.checks.includes(check));
    const here = { ...this.here, ...dateAt(this.now) };
    const { state, effects } = selfCheckStep(this.state, event, this.now, {
      rules: this.rules,
      checks,
      here,
    });
    this.state = state;
    for (const effect of effects) {
      if (effect.do === 'note')
        this.said.push(`${effect.line.check} ${effect.line.because ?? effect.line.result}`);
      else this.said.push(effect.do === 'begin' ? `begin ${effect.check.check}` : effect.do);
    }
    return effects;
  }

  look(now: number, here: Partial<Bench['here']> = {}): this {
    this.now = now;
    this.here = { ...this.here, ...here };
    this.tell({ type: 'look' });
    return this;
  }

  done(): this {
    const { check } = this.state.run?.now?.check ?? { check: 'agents' };
    this.tell({ type: 'done', line: { check, result: 'passed', tookMs: 5 } });
    return this;
  }
}

describe('the night', () => {
  test('at its hour every check is made once, one after the other', () => {
    const bench = new Bench()
      .look(NIGHT - 60_000)
      .look(NIGHT)
      .done()
      .done();
    bench.look(NIGHT + 60_000).look(NIGHT + HOUR_MS);
    expect(bench.said).toEqual(['begin agents', 'agents passed', 'begin backup', 'backup passed', 'over']);
    expect(bench.look(NIGHT + 24 * HOUR_MS).said).toHaveLength(6);
  });

  test('a box that is set up shortly before is left in peace that night', () => {
    const bench = new Bench();
    bench.now = NIGHT - HOUR_MS;
    bench.state = newSelfCheck(undefined, bench.now, RULES, dateAt);
    expect(bench.look(NIGHT).look(NIGHT + HOUR_MS).said).toEqual([]);
    expect(bench.look(NIGHT + 24 * HOUR_MS).said).toEqual(['begin agents']);
  });

  test('a box that was off at its hour makes up for it within the time it may be put off', () => {
    expect(new Bench('2026-11-22').look(NIGHT + HOUR_MS).said).toEqual(['begin agents']);
    expect(new Bench('2026-11-22').look(NIGHT + 3 * HOUR_MS).said).toEqual([]);
  });

  test('an hour before midnight, and the time after it, are one night', () => {
    const bench = new Bench('2026-11-21');
    bench.rules = { ...RULES, at: 23 * 60 + 30 };
    bench
      .look(Date.UTC(2026, 10, 22, 23, 30))
      .done()
      .done();
    expect(bench.look(Date.UTC(2026, 10, 23, 0, 30)).said).toHaveLength(5);
    expect(bench.state.night).toBe('2026-11-22');
  });

  test.each([
    ['calls', { calls: 1 }],
    ['engine-away', { engineUp: false }],
    ['on-battery', { onBattery: true }],
    ['maintenance', { maintenance: true }],
  ] as const)('%s: nothing is begun, and when the time is over all of it is told as undone', (why, here) => {
    const bench = new Bench().look(NIGHT, here).look(NIGHT + HOUR_MS);
    expect(bench.said).toEqual([]);
    expect(bench.look(NIGHT + 2 * HOUR_MS).said).toEqual([`agents ${why}`, `backup ${why}`, 'over']);
  });

  test('without a check there is nothing to be done, and no next time', () => {
    const bench = new Bench();
    bench.rules = { ...RULES, checks: [] };
    expect(bench.look(NIGHT).said).toEqual([]);
    expect(nextRun(bench.state, bench.now, bench.rules, { ...bench.here, ...dateAt(NIGHT) })).toBeUndefined();
  });

  test('when the next one is', () => {
    const { state, here } = new Bench();
    expect(nextRun(state, EVENING, RULES, { ...here, ...dateAt(EVENING) })).toBe(NIGHT);
  });
});

describe('a caller', () => {
  test('goes first: what is being made is given up, and begun again when it has been calm', () => {
    const bench = new Bench().look(NIGHT).look(NIGHT + 1_000, { calls: 1 });
    expect(bench.said).toEqual(['begin agents', 'give-up']);
    bench.tell({ type: 'given-up' });
    bench.look(NIGHT + 59_000).look(NIGHT + 60_000, { calls: 0 });
    expect(bench.said).toEqual(['begin agents', 'give-up']);
    expect(bench.look(NIGHT + 60_000 + CALM_MS).said.at(-1)).toBe('begin agents');
  });

  test('who calls again and again is not made to pay for it: the rest is left', () => {
    const bench = new Bench().look(NIGHT);
    for (let call = 0; call < 10 && bench.state.run; call += 1) {
      bench.look(bench.now + 60_000, { calls: 1 });
      bench.tell({ type: 'given-up' });
      bench.look(bench.now + 60_000, { calls: 0 }).look(bench.now + CALM_MS);
    }
    expect(bench.said.slice(-3)).toEqual(['agents calls', 'backup calls', 'over']);
  });

  test('beside as many calls as the document says it goes on', () => {
    const bench = new Bench();
    bench.rules = { ...RULES, calls: 2 };
    expect(bench.look(NIGHT, { calls: 2 }).said).toEqual(['begin agents']);
    expect(bench.look(NIGHT + 1, { calls: 3 }).said.at(-1)).toBe('give-up');
  });
});

describe('what a person orders', () => {
  const order = (bench: Bench) =>
    bench.tell({ type: 'order', id: 'o1', checks: [{ check: 'backup' }], by: 'console 127.0.0.1' });

  test('is made at any hour, on battery and in maintenance too; the night comes all the same', () => {
    const bench = new Bench();
    bench.here = { ...bench.here, onBattery: true, maintenance: true };
    order(bench);
    bench.done();
    expect(bench.said).toEqual(['begin backup', 'backup passed', 'over']);
    bench.here = { ...bench.here, onBattery: false, maintenance: false };
    expect(bench.look(NIGHT).said.at(-1)).toBe('begin agents');
  });

  test('waits for callers, and not for ever', () => {
    const bench = new Bench();
    bench.here = { ...bench.here, calls: 1 };
    order(bench);
    expect(bench.look(EVENING + ORDER_PATIENCE_MS - 1).said).toEqual([]);
    expect(bench.look(EVENING + ORDER_PATIENCE_MS).said).toEqual(['backup calls', 'over']);
  });

  test('is one at a time', () => {
    const bench = new Bench();
    order(bench);
    order(bench);
    expect(bench.said).toEqual(['begin backup']);
  });
});

test('an end of the service: what was being made, and all that was left, is told as undone', () => {
  const bench = new Bench().look(NIGHT);
  bench.tell({ type: 'stop' });
  expect(bench.said).toEqual(['begin agents', 'give-up', 'agents restart', 'backup restart', 'over']);
});

test('one check for each flow and each trunk, in the order of the kinds', () => {
  const things = { flows: { welcome: {}, closed: {} }, trunks: { pstn: {} } } as never;
  expect(checksOf(things, ['backup', 'trunk', 'flow'])).toEqual([
    { check: 'flow', subject: 'welcome' },
    { check: 'flow', subject: 'closed' },
    { check: 'trunk', subject: 'pstn' },
    { check: 'backup' },
  ]);
});

test('whatever happens: each check of a run has one line at its end, and nothing is begun while callers are there', () => {
  const happening = fc.oneof(
    fc.record({ what: fc.constant('calls'), calls: fc.nat(2) }),
    fc.record({ what: fc.constantFrom('done', 'given-up', 'look', 'battery', 'mains') }),
  );
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const bench = new Bench('2026-11-22').look(NIGHT);
      for (const each of happenings) {
        const before = bench.said.length;
        bench.now += 20_000;
        if ('calls' in each) bench.look(bench.now, { calls: each.calls });
        else if (each.what === 'done') bench.done();
        else if (each.what === 'given-up') bench.tell({ type: 'given-up' });
        else bench.look(bench.now, { onBattery: each.what === 'battery' });
        const begun = bench.said.slice(before).some((said) => said.startsWith('begin'));
        if (begun) expect(bench.here.calls).toBe(0);
      }
      bench.tell({ type: 'stop' });
      const lines = bench.said.filter((said) => /^(agents|backup) /.test(said));
      expect(lines.map((line) => line.split(' ')[0])).toEqual(['agents', 'backup']);
    }),
  );
});
