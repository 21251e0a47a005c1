import type { BoxSummary } from '@branchline/contracts/http/controller';
import { expect, test } from 'vitest';
import { fits, needsHelp, ordered, rowOf, steady } from './rank.ts';

const at = '2026-11-22T01:00:00Z';
const now = Date.parse(at) + 60_000;
const health = {
  v: 1 as const,
  at,
  uptimeS: 1,
  cpu: { percent: 1, load1: 0, cores: 1 },
  memory: { totalMb: 1, usedPercent: 1, serviceMb: 1, engineMb: null },
  disks: [{ mount: '/', totalMb: 1, usedPercent: 40 }],
  temperatureC: null,
  engine: { state: 'up' as const, version: null, since: at, optionsMs: 1 },
  phones: [],
  trunks: [{ name: 'e1', state: 'up' as const, since: at, calls: 0, channels: 30 }],
  uplink: { connected: true, since: at, outbox: 0 },
  calls: 0,
};
const box = (id: string, change: Partial<BoxSummary> = {}): BoxSummary => ({
  box: id,
  name: { zh: '甲店', en: 'Shop A' },
  online: true,
  since: at,
  version: '0.1.0',
  revision: null,
  documents: { version: null, standing: 'none' },
  health,
  timezone: null,
  liveCalls: 0,
  alarms: [],
  ledger: { epoch: null, contiguous: 1, newest: 1, missing: 0 },
  ...change,
});
const rows = (boxes: BoxSummary[]) => boxes.map((one) => rowOf(one, now));
const ids = (list: readonly { box: BoxSummary }[]) => list.map((row) => row.box.box);

test('who needs help stands first; the well ones by name', () => {
  const list = rows([
    box('c'),
    box('a'),
    box('absent', { online: false }),
    box('warned', {
      alarms: [{ id: '1', code: 'disk-low', severity: 'warning', subject: '/', detail: null, since: at }],
    }),
  ]);
  expect(ids(ordered(list, 'help'))).toEqual(['absent', 'warned', 'a', 'c']);
  expect(list.filter(needsHelp).length).toBe(2);
});

test('other orders', () => {
  const list = rows([
    box('a', { liveCalls: 1 }),
    box('b', { liveCalls: 5, ledger: { epoch: null, contiguous: 1, newest: 9, missing: 8 } }),
    box('c', { health: null }),
  ]);
  expect(ids(ordered(list, 'calls'))).toEqual(['b', 'a', 'c']);
  expect(ids(ordered(list, 'ledger'))).toEqual(['b', 'a', 'c']);
  expect(ids(ordered(list, 'age'))).toEqual(['c', 'a', 'b']);
  expect(ids(ordered(list, 'disk'))).toEqual(['a', 'b', 'c']);
});

test('typing finds by either name, id or version', () => {
  const row = rowOf(box('hz-west'), now);
  for (const typed of ['甲', 'shop a', 'WEST', '0.1', '']) expect(fits(row, typed), typed).toBe(true);
  expect(fits(row, 'berlin')).toBe(false);
});

test('nothing moves under the pointer', () => {
  expect(steady(['a', 'b', 'c'], ['c', 'd', 'a'], true)).toEqual(['a', 'c', 'd']);
  expect(steady(['a', 'b', 'c'], ['c', 'd', 'a'], false)).toEqual(['c', 'd', 'a']);
});
