import { expect, test } from 'vitest';
import type { LiveTrunk } from '@branchline/contracts/trunks';
import { trunkSays } from './trunk-says.ts';

const now = Date.parse('2026-11-22T01:12:00.000Z');
const ahead = (seconds: number): string => new Date(now + seconds * 1_000).toISOString();

const well: LiveTrunk = {
  id: 'pstn',
  gateway: 'e1-main',
  kind: 'e1',
  state: 'up',
  since: ahead(-412),
  because: [{ kind: 'signalling', verdict: 'good', what: 'answers', at: ahead(-412) }],
  evidence: [],
  channels: 30,
  usable: 30,
  calls: [],
  instead: [{ trunk: 'copper', free: 8 }],
  back: null,
  figures: { calls: 0, answered: 0, failed: 0, full: 0, oneWay: 0, short: 0 },
  test: null,
  forwarding: null,
};
const lost: LiveTrunk = {
  ...well,
  state: 'down',
  because: [
    { kind: 'physical', verdict: 'bad', what: 'line-down', at: ahead(-412), detail: 'e1-0: LOS (snmp-trap)' },
  ],
  usable: 0,
  back: { step: 'evidence', at: null, fullAt: null, needs: ['physical'] },
};
const back: LiveTrunk = {
  ...well,
  state: 'degraded',
  instead: [],
  back: { step: 'half', at: ahead(9), fullAt: ahead(9), needs: [] },
};

/** Of the others. */
const usable = (trunk: string): number => ({ copper: 8, cloud: 10 })[trunk] ?? 0;
const sayOf = (trunk: LiveTrunk) => trunkSays(trunk, now, usable);

test('a line that is lost: why, what is in its place at what cost, and what it waits for', () => {
  const says = sayOf(lost);
  expect(says.because?.holes).toMatchObject({
    grounds: { list: [{ say: { key: 'trunk.detail', holes: { detail: 'e1-0: LOS (snmp-trap)' } } }] },
  });
  expect(says.place).toMatchObject({
    key: 'trunk.place',
    holes: { others: { list: [{ say: { holes: { trunk: 'copper', free: 8 } } }] } },
  });
  expect(says.left).toEqual({ key: 'trunk.left', holes: { missing: 30, usable: 8, count: 8 } });
  const two = [...lost.instead, { trunk: 'cloud', free: 4 }];
  expect(sayOf({ ...lost, instead: two }).left).toEqual({
    key: 'trunk.left',
    holes: { missing: 30, usable: 18, count: 12 },
  });
  expect(says.back).toMatchObject({
    key: 'trunk.back.evidence',
    holes: { needs: { list: [{ say: { key: 'trunk.need.physical' } }] } },
  });
});

test('a line on its way back: which step, and when the next one comes', () => {
  const says = sayOf(back);
  expect(says.back).toEqual({ key: 'trunk.back.half', holes: { left: { watch: 9_000 } } });
  expect([says.because, says.full, says.place.key]).toEqual([undefined, undefined, 'trunk.wouldNone']);
  const quarter: LiveTrunk = {
    ...back,
    back: { step: 'quarter', at: ahead(9), fullAt: ahead(24), needs: [] },
  };
  expect(sayOf(quarter).full).toEqual({
    key: 'trunk.back.full',
    holes: { left: { watch: 24_000 } },
  });
});

test('a line that is well: nothing to explain, and who would take over', () => {
  expect(sayOf(well)).toMatchObject({
    because: undefined,
    back: undefined,
    place: { key: 'trunk.would' },
  });
});

test('nothing in its place is said', () => {
  expect(sayOf({ ...lost, instead: [] })).toMatchObject({
    place: { key: 'trunk.placeNone' },
    left: undefined,
  });
});

test('what its exchange forwards: set, refused with the cause, on its way out', () => {
  const forwarding = {
    state: 'set',
    to: '+8657186002000',
    afterS: 20,
    setAt: ahead(-60),
    last: null,
  } as const;
  const refused = { at: ahead(-5), outcome: 'refused', cause: 29 } as const;
  const saidOf = (more: Partial<NonNullable<LiveTrunk['forwarding']>>) =>
    sayOf({ ...well, forwarding: { ...forwarding, ...more } }).forwarding;
  const to = '+86\u00a0571\u00a08600\u00a02000';
  expect(saidOf({})).toMatchObject({ key: 'trunk.forwarding.set', holes: { to, after: 20 } });
  expect(saidOf({ state: 'failed', setAt: null, last: refused })).toMatchObject({
    key: 'trunk.forwarding.failed',
    holes: { to, why: { say: { key: 'trunk.forwarding.refused', holes: { cause: 29 } } } },
  });
  expect(saidOf({ state: 'leaving', afterS: null, setAt: null })?.key).toBe('trunk.forwarding.leaving');
  expect(sayOf(well).forwarding).toBeUndefined();
});
