import { describe, expect, test } from 'vitest';
import { resolveWindow } from '@branchline/contracts/branch/maintenance';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import { ManualClock } from '@branchline/runtime/clock';
import { localTime } from '../flows/hours.ts';
import { MaintenanceBook, type KeptWindows } from './maintenance-book.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Sunday 2026-01-04, 01:00 in Shanghai. */
const START = Date.UTC(2026, 0, 3, 17);

function book(
  windows: Parameters<typeof resolveWindow>[1][],
  kept?: KeptWindows,
  clock = new ManualClock(START),
) {
  const written: NewEvent[] = [];
  const at: { kept: KeptWindows | undefined; changes: number } = { kept, changes: 0 };
  const document = Object.fromEntries(
    windows.map((each, index) => [`w${index}`, resolveWindow(`w${index}`, each)]),
  );
  const maintenance = new MaintenanceBook({
    clock,
    ofDocument: () => document,
    localTime: (now) => localTime('Asia/Shanghai', now),
    write: (events, now) => {
      for (const event of events) eventBodies[event.type].parse(event.body);
      written.push(...events);
      at.kept = now;
    },
    kept,
    onChange: () => void (at.changes += 1),
  });
  maintenance.look();
  const told = (): string[] =>
    written.map(({ type, body }) => `${type} ${'window' in body ? String(body.window) : ''}`);
  return { maintenance, clock, at, told };
}

describe('a window of the document', () => {
  const sundays = { what: ['gateway e1'], hours: '02:00-04:00', days: 'sun' };

  test('opens and closes by itself, by the clock of the branch', () => {
    const { maintenance, clock, told, at } = book([sundays]);
    clock.advance(HOUR_MS - 1);
    expect(maintenance.inForce()).toEqual([]);
    clock.advance(1);
    expect(maintenance.inForce()).toMatchObject([
      { id: 'document w0', until: START + 3 * HOUR_MS, by: 'document' },
    ]);
    clock.advance(2 * HOUR_MS);
    expect(maintenance.inForce()).toEqual([]);
    expect(told()).toEqual(['maintenance.began document w0', 'maintenance.ended document w0']);
    expect(at.changes).toBe(2);
    expect(maintenance.end('document w0', 'li')).toBeUndefined();
  });

  test('on other days and dates is none, and is not ended by hand', () => {
    const { maintenance, clock } = book([
      { ...sundays, days: 'mon-sat' },
      { ...sundays, dates: '2026-01-11' },
      { ...sundays, days: 'mon-sun', dates: '2026-01-04..2026-01-05' },
    ]);
    clock.advance(HOUR_MS);
    expect(maintenance.inForce().map(({ id }) => id)).toEqual(['document w2']);
    expect(maintenance.end('document w2', 'li')).toBe('document');
  });
});

describe('a window opened by hand', () => {
  test('ends when its time is over, or when it is ended', () => {
    const { maintenance, clock, told } = book([]);
    const first = maintenance.open(['everything'], HOUR_MS, 'li', 'new switch');
    const second = maintenance.open(['trunk pstn'], 2 * HOUR_MS, 'li', null);
    clock.advance(HOUR_MS);
    expect(maintenance.inForce().map(({ id }) => id)).toEqual([second.id]);
    expect(maintenance.end(second.id, 'han')).toBe('ended');
    expect(told()).toEqual([
      `maintenance.began ${first.id}`,
      `maintenance.began ${second.id}`,
      `maintenance.ended ${first.id}`,
      `maintenance.ended ${second.id}`,
    ]);
  });

  test('outlasts a restart, is not begun twice, and is ended at the start when its time passed meanwhile', () => {
    const { maintenance, at, clock } = book([]);
    const { id } = maintenance.open(['everything'], HOUR_MS, 'li', null);
    const again = book([], at.kept, clock);
    expect([again.maintenance.inForce()[0]?.id, again.told()]).toEqual([id, []]);
    const late = book([], at.kept, new ManualClock(START + 2 * HOUR_MS));
    expect([late.maintenance.inForce(), late.told()]).toEqual([[], [`maintenance.ended ${id}`]]);
  });
});
