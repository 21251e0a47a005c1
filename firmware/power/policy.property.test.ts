import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POWER_ACTIONS } from '@branchline/contracts/power';
import {
  LEAVE_MS,
  LOW_STAYS_MS,
  newPolicy,
  policyDue,
  policyStep,
  type PolicyEffect,
  type PolicyEvent,
  type PolicyRules,
  type PolicyState,
} from './policy.ts';

const RULES: PolicyRules = {
  steps: [
    { do: ['tell-hq', 'stop-background-work'] },
    { belowMs: 480_000, do: ['move-numbers-to-cloud'] },
    { belowMs: 240_000, do: ['refuse-new-calls', 'drain'] },
    { belowMs: 120_000, do: ['shut-down'] },
  ],
  lastCallMs: 60_000,
  homeAfterMs: 300_000,
};
const ORDER = RULES.steps.flatMap((step) => step.do);

class Bench {
  now = 1_000_000_000_000;
  state: PolicyState = newPolicy(this.now);
  rules = RULES;
  readonly effects: (PolicyEffect & { readonly before: PolicyState })[] = [];

  happen(event: PolicyEvent, afterMs = 0): string[] {
    this.now += afterMs;
    const before = this.state;
    const step = policyStep(before, event, this.now, this.rules);
    this.state = step.state;
    this.effects.push(...step.effects.map((effect) => ({ ...effect, before: step.state })));
    return step.effects.map((effect) => `${effect.do} ${effect.action}`);
  }
  battery(minutes: number): string[] {
    return this.happen({ type: 'supply', supply: { state: 'battery', leftMs: minutes * 60_000 } });
  }
  mains(): string[] {
    return this.happen({ type: 'supply', supply: { state: 'mains' } });
  }
  calls(calls: number): string[] {
    return this.happen({ type: 'calls', calls });
  }
  tick(afterMs: number): string[] {
    return this.happen({ type: 'tick' }, afterMs);
  }
}

describe('the steps', () => {
  it('come as the time left shrinks, and are undone from the last to the first', () => {
    const bench = new Bench();
    bench.calls(2);
    expect(bench.battery(20)).toEqual(['begin tell-hq', 'begin stop-background-work']);
    expect(bench.battery(9)).toEqual([]);
    expect(bench.battery(8)).toEqual(['begin move-numbers-to-cloud']);
    expect(bench.battery(3.9)).toEqual(['begin refuse-new-calls', 'begin drain']);
    expect(bench.mains()).toEqual(['undo drain', 'undo refuse-new-calls']);
    expect(bench.tick(RULES.homeAfterMs - 1)).toEqual([]);
    expect(bench.tick(1)).toEqual([
      'undo move-numbers-to-cloud',
      'undo stop-background-work',
      'undo tell-hq',
    ]);
    expect(bench.state.begun).toEqual([]);
  });

  it('wait with going down for the last call, until the battery leaves no choice', () => {
    const bench = new Bench();
    bench.calls(1);
    bench.battery(1.9);
    expect(bench.state.begun.map(({ action }) => action)).not.toContain('shut-down');
    expect(bench.battery(1.1)).toEqual([]);
    expect(bench.battery(1)).toEqual(['begin shut-down']);
  });

  it('go down as soon as the last call has ended', () => {
    const bench = new Bench();
    bench.calls(1);
    expect(bench.battery(2)).not.toContain('begin shut-down');
    expect(bench.calls(0)).toEqual(['begin shut-down']);
  });

  it('without drain do not wait for calls', () => {
    const bench = new Bench();
    bench.rules = { ...RULES, steps: [{ belowMs: 120_000, do: ['shut-down'] }] };
    bench.calls(1);
    expect(bench.battery(2)).toEqual(['begin shut-down']);
  });

  it('go no further while the mains are back and not believed yet', () => {
    const bench = new Bench();
    bench.battery(9);
    const settling = { state: 'battery', leftMs: 1_000, settling: true } as const;
    expect(bench.happen({ type: 'supply', supply: settling })).toEqual([]);
    expect(bench.battery(7)).toEqual(['begin move-numbers-to-cloud']);
  });

  it('come all at once when the battery is low, and a call has a minute left', () => {
    const bench = new Bench();
    bench.calls(1);
    expect(bench.happen({ type: 'supply', supply: { state: 'low' } })).toHaveLength(5);
    expect(bench.tick(LOW_STAYS_MS - 1)).toEqual([]);
    expect(bench.tick(1)).toEqual(['begin shut-down']);
  });

  it('come by the clock when nobody tells how long the battery lasts', () => {
    const bench = new Bench();
    bench.calls(1);
    bench.happen({ type: 'supply', supply: { state: 'battery' } });
    const times: string[] = [];
    const began = bench.now;
    while (bench.now - began < 600_000)
      for (const effect of bench.tick(1_000)) times.push(`${effect} ${(bench.now - began) / 60_000}`);
    expect(times).toEqual([
      'begin move-numbers-to-cloud 2',
      'begin refuse-new-calls 6',
      'begin drain 6',
      'begin shut-down 9',
    ]);
  });

  it('stand while nobody knows, and over a restart; the box that is up again has not gone down', () => {
    const bench = new Bench();
    bench.battery(1);
    const { begun, outageSince } = bench.state;
    expect(bench.happen({ type: 'supply', supply: { state: 'unknown' } })).toEqual([]);
    const kept = { begun, ...(outageSince === undefined ? {} : { outageSince }) };
    expect(newPolicy(bench.now, kept).begun).toEqual(begun);
    const again = newPolicy(bench.now, kept, true).begun.map(({ action }) => action);
    expect(again).toEqual(ORDER.filter((action) => action !== 'shut-down'));
  });
});

const event: fc.Arbitrary<readonly [PolicyEvent, number]> = fc.tuple(
  fc.oneof(
    fc.record({
      type: fc.constant('supply' as const),
      supply: fc.oneof(
        fc.record({
          state: fc.constantFrom('battery' as const, 'low' as const),
          leftMs: fc.integer({ min: 0, max: 900_000 }),
        }),
        fc.record({
          state: fc.constantFrom('battery' as const, 'low' as const, 'mains' as const, 'unknown' as const),
        }),
      ),
    }),
    fc.record({ type: fc.constant('calls' as const), calls: fc.integer({ min: 0, max: 3 }) }),
    fc.constant({ type: 'tick' as const }),
  ),
  fc.integer({ min: 0, max: 200_000 }),
);

describe('whatever happens', () => {
  it('what is begun is always the beginning of the list, each once, and is undone from its end', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const bench = new Bench();
        const begun: string[] = [];
        for (const [what, after] of events) {
          const from = bench.effects.length;
          bench.happen(what, after);
          for (const effect of bench.effects.slice(from)) {
            if (effect.do === 'begin') begun.push(effect.action);
            else expect(begun.pop()).toBe(effect.action);
          }
          expect(begun).toEqual(ORDER.slice(0, begun.length));
          expect(bench.state.begun.map(({ action }) => action)).toEqual(begun);
        }
      }),
    );
  });

  it('the box goes down over a call only at the end of its battery, and never on mains', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const bench = new Bench();
        for (const [what, after] of events) bench.happen(what, after);
        for (const { do: what, action, before } of bench.effects) {
          if (what !== 'begin') continue;
          expect(['battery', 'low']).toContain(before.supply.state);
          if (action !== 'shut-down' || before.calls === 0) continue;
          const left = before.supply.leftMs ?? 0;
          expect(before.supply.state === 'low' || left <= RULES.lastCallMs).toBe(true);
        }
      }),
    );
  });

  it('mains that stay undo everything', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const bench = new Bench();
        for (const [what, after] of events) bench.happen(what, after);
        bench.mains();
        const due = policyDue(bench.state, bench.now, RULES);
        if (due !== undefined) bench.tick(due - bench.now);
        expect(bench.state.begun).toEqual([]);
        expect(policyDue(bench.state, bench.now, RULES)).toBeUndefined();
      }),
    );
  });

  it('a machine on its way down has nothing taken back, until it has plainly stayed up', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const bench = new Bench();
        bench.rules = { ...RULES, leaving: true };
        for (const [what, after] of events) {
          const down = bench.state.begun.find(({ action }) => action === 'shut-down');
          const undone = bench.happen(what, after).filter((effect) => effect.startsWith('undo'));
          if (down && bench.now - down.at < LEAVE_MS) expect(undone).toEqual([]);
        }
        bench.mains();
        for (let due = policyDue(bench.state, bench.now, bench.rules); due !== undefined;) {
          bench.tick(due - bench.now);
          due = policyDue(bench.state, bench.now, bench.rules);
        }
        expect(bench.state.begun).toEqual([]);
      }),
    );
  });
});

it('every action of the contract is one of the defaults', () => {
  expect([...ORDER].sort()).toEqual([...POWER_ACTIONS].sort());
});
