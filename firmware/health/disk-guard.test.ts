import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DiskRules } from '@branchline/contracts/branch/disk';
import {
  diskLevel,
  guard,
  newGuard,
  messagesFloor,
  recordingsFloor,
  type DiskLevel,
  type GuardEffect,
  type GuardState,
} from './disk-guard.ts';
import type { DiskReading } from './host.ts';

const DAY_MS = 86_400_000;
const RULES: DiskRules = { recordingsMb: 1_000, messagesMb: 200, leftoversMb: 2_000, warnMs: 14 * DAY_MS };
const NOW = Date.parse('2026-11-19T01:00:00Z');

const disk = (usedPercent: number, freeMb: number, more: Partial<DiskReading> = {}): DiskReading => ({
  mount: '/data',
  totalMb: 100_000,
  freeMb,
  usedPercent,
  readOnly: false,
  ledger: true,
  ...more,
});

describe('a disk', () => {
  test.each<[DiskLevel, number, number, boolean, DiskLevel]>([
    ['ok', 89.9, 10_000, false, 'ok'],
    ['ok', 90, 10_000, false, 'low'],
    ['filling', 89.9, 10_000, false, 'ok'],
    ['low', 88, 10_000, false, 'low'],
    ['low', 86.9, 10_000, false, 'ok'],
    ['low', 99, 1_000, false, 'low'],
    ['low', 99, 999, false, 'held'],
    ['held', 99, 1_249, false, 'held'],
    ['held', 99, 1_250, false, 'low'],
    ['held', 99.9, 15, false, 'full'],
    ['full', 99, 60, false, 'full'],
    ['full', 99, 70, false, 'held'],
    ['full', 50, 10_000, false, 'ok'],
    ['ok', 10, 10_000, true, 'full'],
  ])(
    'that was %s, at %d %% with %d MB free, refusing writes: %s, is %s',
    (before, used, free, refused, level) => {
      expect(diskLevel(before, disk(used, free), { rules: RULES, ledgerRefused: refused })).toBe(level);
    },
  );

  test('without the ledger is never more than low', () => {
    const reading = disk(100, 0, { ledger: false });
    expect(diskLevel('low', reading, { rules: RULES, ledgerRefused: true })).toBe('low');
  });

  test('that is read-only is that, and not full as well', () => {
    const reading = disk(10, 90_000, { readOnly: true });
    expect(diskLevel('ok', reading, { rules: RULES, ledgerRefused: true })).toBe('read-only');
  });

  test.each<[DiskLevel, number | undefined, DiskLevel]>([
    ['ok', 13.9, 'filling'],
    ['ok', 14.1, 'ok'],
    ['filling', 15.9, 'filling'],
    ['filling', 16.1, 'ok'],
    ['filling', undefined, 'ok'],
  ])('that was %s and is full in %s days is %s', (before, days, level) => {
    const leftMs = days === undefined ? undefined : days * DAY_MS;
    expect(diskLevel(before, disk(50, 50_000), { rules: RULES, ledgerRefused: false, leftMs })).toBe(level);
  });
});

describe('the guard', () => {
  const look = (state: GuardState, reading: DiskReading, now = NOW) =>
    guard(state, { disks: [reading], ledgerRefused: false }, now, RULES);
  const done = <K extends GuardEffect['do']>(effects: readonly GuardEffect[], what: K) =>
    effects.filter((effect): effect is Extract<GuardEffect, { do: K }> => effect.do === what);

  test('says once that recordings are held, why, and once that they are not', () => {
    const first = look(newGuard(), disk(99, 900));
    expect(done(first.effects, 'hold-recordings')).toEqual([
      { do: 'hold-recordings', because: 'disk has no room to spare' },
    ]);
    const second = look(first.state, disk(99, 1_100));
    expect(done(second.effects, 'hold-recordings')).toEqual([]);
    const dying = look(second.state, disk(99, 1_100, { readOnly: true }));
    expect(done(dying.effects, 'hold-recordings')).toMatchObject([{ because: 'disk is read-only' }]);
    const back = look(dying.state, disk(60, 40_000));
    expect(done(back.effects, 'hold-recordings')).toEqual([{ do: 'hold-recordings', because: null }]);
  });

  test('a disk that could not be read for once changes nothing', () => {
    const { state } = look(newGuard(), disk(99, 900));
    const { effects } = guard(state, { disks: [], ledgerRefused: false }, NOW, RULES);
    expect(effects).toEqual([]);
  });

  test('lets leftovers go before recordings are held, then once a day while room is short', () => {
    const first = look(newGuard(), disk(98, 1_900));
    expect(done(first.effects, 'let-go')).toHaveLength(1);
    expect(first.state.held).toBeNull();
    const second = look(first.state, disk(98, 1_800), NOW + 60_000);
    expect(done(second.effects, 'let-go')).toHaveLength(0);
    const tomorrow = look(second.state, disk(98, 1_800), NOW + DAY_MS);
    expect(done(tomorrow.effects, 'let-go')).toHaveLength(1);
  });

  test('refuses messages after recordings, and takes them again with a quarter more', () => {
    const messages = (effects: readonly GuardEffect[]) => done(effects, 'refuse-messages');
    const few = look(newGuard(), disk(99, 200));
    expect(few.state.held).not.toBeNull();
    expect(messages(few.effects)).toEqual([]);
    const fewer = look(few.state, disk(99, 199));
    expect(messages(fewer.effects)).toEqual([
      { do: 'refuse-messages', because: 'disk has no room to spare' },
    ]);
    expect(messages(look(fewer.state, disk(99, 249)).effects)).toEqual([]);
    expect(messages(look(fewer.state, disk(99, 250)).effects)).toMatchObject([{ because: null }]);
  });

  test('warns of the day after three days, with it, and one alarm at a time', () => {
    let state = newGuard();
    let effects: readonly GuardEffect[] = [];
    for (const [index, freeMb] of [50_000, 45_000, 40_000].entries())
      ({ state, effects } = look(state, disk(60, freeMb), NOW + index * DAY_MS));
    expect(done(effects, 'raise')).toEqual([
      {
        do: 'raise',
        code: 'disk-filling',
        mount: '/data',
        detail: '60 % (40000 MB), 100 %: 2026-11-29',
      },
    ]);
    expect(state.fullAt['/data']).toBe(NOW + 10 * DAY_MS);
  });
});

test('whatever the disk and the document: recordings are held and messages refused before the ledger is touched, and one alarm at most is up', () => {
  const reading = fc.record({
    freeMb: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 500_000 })),
    usedPercent: fc.double({ min: 0, max: 100, noNaN: true }),
    readOnly: fc.boolean(),
    ledgerRefused: fc.boolean(),
    passMs: fc.integer({ min: 0, max: 3 * DAY_MS }),
  });
  const rules = fc.record({
    recordingsMb: fc.integer({ min: 64, max: 100_000 }),
    messagesMb: fc.integer({ min: 24, max: 100_000 }),
    leftoversMb: fc.integer({ min: 64, max: 100_000 }),
    warnMs: fc.integer({ min: DAY_MS, max: 365 * DAY_MS }),
  });
  fc.assert(
    fc.property(
      fc.array(reading, { maxLength: 30 }),
      rules,
      fc.integer({ min: 50, max: 1_000_000 }),
      (readings, document, totalMb) => {
        let state = newGuard();
        let now = NOW;
        const up = new Set<string>();
        for (const { passMs, ledgerRefused, ...figures } of readings) {
          now += passMs;
          const disks = [disk(0, 0, { ...figures, totalMb })];
          const step = guard(state, { disks, ledgerRefused }, now, document);
          state = step.state;
          for (const effect of step.effects) {
            if (effect.do === 'raise') up.add(effect.code);
            if (effect.do === 'clear') up.delete(effect.code);
          }
          expect(up.size).toBeLessThanOrEqual(1);
          const isFull = state.levels['/data'] === 'full' || state.levels['/data'] === 'read-only';
          if (isFull || figures.freeMb < recordingsFloor({ totalMb }, document))
            expect(state.held).not.toBeNull();
          if (isFull || figures.freeMb < messagesFloor({ totalMb }, document))
            expect(state.refused).not.toBeNull();
        }
        expect(messagesFloor({ totalMb }, document)).toBeGreaterThanOrEqual(24);
        // The ledger's own floor is at 16 MB.
        expect(recordingsFloor({ totalMb }, document)).toBeGreaterThanOrEqual(32);
      },
    ),
  );
});
