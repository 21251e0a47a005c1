import { expect, test } from 'vitest';
import type { HealthReport } from '@branchline/contracts/health';
import { hasNow, seenOf, type Had } from './seen.ts';

const at = '2026-01-05T02:00:00.000Z';

interface Parts {
  readonly phones?: readonly boolean[];
  readonly trunks?: readonly ('up' | 'degraded' | 'down')[];
  readonly engine?: HealthReport['engine']['state'];
  readonly asks?: NonNullable<HealthReport['power']>['asks'];
}

const health = ({ phones = [], trunks = [], engine = 'up', asks }: Parts): HealthReport =>
  ({
    engine: { state: engine, version: '22.10.1', since: at, optionsMs: 1 },
    phones: phones.map((reachable, n) => ({ name: `desk-${n}`, reachable, since: at })),
    trunks: trunks.map((state, n) => ({ name: `t-${n}`, state, since: at, calls: 0, channels: 4 })),
    ...(asks && { power: { asks } }),
  }) as unknown as HealthReport;

const REST = {
  probes: [],
  order: null,
  answers: 'box',
  standInThere: true,
  dropped: false,
} as const;
const seen = (now: HealthReport | null, had: Had = { phones: 0, trunks: 0 }) =>
  seenOf({ online: true, since: 7, health: now, had, ...REST });

test('what a box has: telephones that can be reached, trunks that are up', () => {
  expect(hasNow(health({ phones: [true, false, true], trunks: ['up', 'degraded', 'down'] }))).toEqual({
    phones: 2,
    trunks: 1,
  });
  expect(hasNow(null)).toEqual({ phones: 0, trunks: 0 });
});

test('half of the telephones and one trunk of those it had are enough', () => {
  const had = { phones: 5, trunks: 3 };
  expect(seen(health({ phones: [true, true], trunks: ['up', 'down', 'down'] }), had).registered).toBe(true);
  expect(seen(health({ phones: [true], trunks: ['up'] }), had).registered).toBe(false);
  expect(seen(health({ phones: [true, true], trunks: ['down'] }), had).registered).toBe(false);
});

test('one that never had any lacks none', () => {
  expect(seen(health({})).registered).toBe(true);
});

test('an engine of which nothing was said yet is no engine that is down', () => {
  expect(seen(null).engineUp).toBe(true);
  expect(seen(health({ engine: 'down' })).engineUp).toBe(false);
});

test('it asks to be relieved only where its power says so', () => {
  expect(seen(health({})).powerAsks).toBe(false);
  expect(seen(health({ asks: [] })).powerAsks).toBe(false);
  expect(seen(health({ asks: ['take-numbers'] })).powerAsks).toBe(true);
});

test('what else is known is passed on as it is', () => {
  expect(seen(null)).toMatchObject({ presence: { online: true, since: 7 }, ...REST });
});
