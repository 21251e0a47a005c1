import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UplinkCondition } from '@branchline/contracts/network';
import {
  choose,
  DEGRADED_MS,
  HOLD_MS,
  noChoice,
  type Candidate,
  type Change,
  type Choice,
} from './chooser.ts';

const BACK_MS = 300_000;
const one = (name: string, condition: UplinkCondition, sinceMonotonic = -Infinity): Candidate => {
  return { name, condition, sinceMonotonic };
};
const after = (choice: Choice, now: number, ...candidates: Candidate[]): readonly Change[] =>
  choose(choice, candidates, now, BACK_MS).effects;
const onWired: Choice = noChoice('wired');
const onLte: Choice = { ...noChoice('lte'), changedAt: 0 };

describe('the uplink that is used', () => {
  it.each<[string, Choice, number, UplinkCondition, UplinkCondition, string | undefined]>([
    ['at first is the one that works', noChoice(), 0, 'unknown', 'up', 'lte'],
    ['at first is the preferred one where nothing is known', noChoice(), 0, 'unknown', 'unknown', 'wired'],
    ['is left when it is down', onWired, 0, 'down', 'up', 'lte'],
    ['is left when it is down for one that is degraded', onWired, 0, 'down', 'degraded', 'lte'],
    ['is not left for one that is down too', onWired, 0, 'down', 'down', undefined],
    ['is not left for one that nobody knows', onWired, 0, 'down', 'unknown', undefined],
    ['is not left while nothing is known of it', onWired, 0, 'unknown', 'up', undefined],
    ['is left when degraded for one that is up', onWired, 0, 'degraded', 'up', 'lte'],
    ['is not left when degraded for one no better', onWired, 0, 'degraded', 'degraded', undefined],
    ['is not left within the hold', onLte, HOLD_MS - 1, 'up', 'down', undefined],
    ['is left after the hold', onLte, HOLD_MS, 'up', 'down', 'wired'],
    ['is left for the preferred one that has been up for long', onLte, HOLD_MS, 'up', 'up', 'wired'],
  ])('%s', (_, choice, now, wired, lte, uplink) => {
    const [change] = after(choice, now, one('wired', wired), one('lte', lte));
    expect(change?.uplink).toBe(uplink);
  });

  it('is not left for a preferred one that has just come back', () => {
    const lte = one('lte', 'up');
    expect(after(onLte, HOLD_MS + BACK_MS, one('wired', 'up', HOLD_MS + 1), lte)).toEqual([]);
    expect(after(onLte, HOLD_MS + BACK_MS, one('wired', 'up', HOLD_MS), lte)).toMatchObject([
      { because: 'preferred' },
    ]);
  });

  it('is not left at once for a moment of degradation', () => {
    const lte = one('lte', 'up');
    expect(after(onWired, DEGRADED_MS - 1, one('wired', 'degraded', 0), lte)).toEqual([]);
    expect(after(onWired, DEGRADED_MS, one('wired', 'degraded', 0), lte)).toMatchObject([
      { because: 'degraded' },
    ]);
  });

  it('is another when the document does not name it any more', () => {
    expect(after(noChoice('gone'), 0, one('wired', 'up'))).toMatchObject([
      { uplink: 'wired', because: 'first' },
    ]);
  });

  it('is gone back to later each time that it did not stay well', () => {
    let choice: Choice = onLte;
    let now = 0;
    const waits: number[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const backSince = now;
      const upAgain = [one('wired', 'up', backSince), one('lte', 'up')];
      while (choice.used === 'lte') choice = choose(choice, upAgain, (now += 1_000), BACK_MS).state;
      waits.push((now - backSince) / BACK_MS);
      now += 60_000;
      choice = choose(choice, [one('wired', 'down', now), one('lte', 'up')], now, BACK_MS).state;
      expect(choice.used).toBe('lte');
    }
    expect(waits).toEqual([1, 2, 4, 8, 12, 12]);
  });
});

const conditions = fc.constantFrom<UplinkCondition>('unknown', 'up', 'degraded', 'down');
const story = fc.array(
  fc.record({ ms: fc.integer({ min: 1, max: 120_000 }), uplink: fc.nat({ max: 2 }), to: conditions }),
  { maxLength: 60 },
);

function live(events: readonly { ms: number; uplink: number; to: UplinkCondition }[], quietMs: number) {
  let candidates = ['wired', 'radio', 'lte'].map((name) => one(name, 'unknown', 0));
  let choice = noChoice();
  let now = 0;
  const changes: { at: number; change: Change }[] = [];
  const run = (until: number): void => {
    for (; now < until; now += 1_000) {
      const { state, effects } = choose(choice, candidates, now, BACK_MS);
      choice = state;
      changes.push(...effects.map((change) => ({ at: now, change })));
    }
  };
  for (const { ms, uplink, to } of events) {
    run(now + ms);
    candidates = candidates.map((each, index) =>
      index === uplink && each.condition !== to ? { ...each, condition: to, sinceMonotonic: now } : each,
    );
  }
  run(now + quietMs);
  return { changes, used: candidates.find(({ name }) => name === choice.used), candidates };
}

describe('uplinks that flap in turn', () => {
  it('never make two changes within the hold', () => {
    fc.assert(
      fc.property(story, (events) => {
        const { changes } = live(events, 0);
        changes
          .slice(1)
          .forEach(({ at }, index) => expect(at - (changes[index]?.at ?? 0)).toBeGreaterThanOrEqual(HOLD_MS));
      }),
    );
  });

  it('end on one that works, if there is one, soon after they are quiet', () => {
    fc.assert(
      fc.property(story, (events) => {
        const { used, candidates } = live(events, HOLD_MS + DEGRADED_MS + 2_000);
        const works = candidates.filter(({ condition }) => condition === 'up' || condition === 'degraded');
        if (works.length > 0) expect(used?.condition).not.toBe('down');
        const better = candidates.some(({ condition }) => condition === 'up');
        if (better && used?.condition !== 'unknown') expect(used?.condition).toBe('up');
      }),
    );
  });

  it('end on the preferred one of those that are up, after an hour', () => {
    fc.assert(
      fc.property(story, (events) => {
        const { used, candidates } = live(events, 3_700_000);
        if (used?.condition === 'unknown') return;
        const best = candidates.find(({ condition }) => condition === 'up');
        if (best) expect(used?.name).toBe(best.name);
      }),
      { numRuns: 30 },
    );
  });
});
