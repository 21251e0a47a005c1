import { describe, expect, test } from 'vitest';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import { liveAlarm, type LiveAlarm } from '@branchline/contracts/live';
import { ManualClock } from '@branchline/runtime/clock';
import { AlarmBook, type AlarmBookDeps } from './alarms.ts';

function book(open: AlarmBookDeps['open'] = []) {
  const time = { now: Date.UTC(2026, 0, 5), monotonic: 5_000 };
  const written: NewEvent[] = [];
  const shown = new Map<string, LiveAlarm>();
  let made = 0;
  const alarms = new AlarmBook({
    clock: {
      now: () => time.now,
      monotonic: () => time.monotonic,
      after: () => ({ cancel: () => undefined }),
    },
    append: (events) => written.push(...events),
    board: {
      set: (_, id, value) => void (value ? shown.set(id, liveAlarm.parse(value)) : shown.delete(id)),
    },
    open,
    newId: () => `alarm-${++made}`,
  });
  const pass = (ms: number, jump = 0): void => {
    time.monotonic += ms;
    time.now += ms + jump;
  };
  return { alarms, written, shown, pass };
}

describe('raising and clearing', () => {
  test('are written once each, with how long it lasted, and shown between', () => {
    const { alarms, written, shown, pass } = book();
    alarms.raise('trunk-down', 'e1-a', 'no answer to OPTIONS');
    expect([...shown.values()]).toMatchObject([{ code: 'trunk-down', severity: 'major', subject: 'e1-a' }]);
    pass(90_000);
    alarms.clear('trunk-down', 'e1-a');
    expect(shown.size).toBe(0);
    expect(written.map(({ type }) => type)).toEqual(['alarm.raised', 'alarm.cleared']);
    expect(written[1]?.body).toMatchObject({
      alarm: (written[0]?.body as { alarm: string }).alarm,
      lastedMs: 90_000,
    });
    for (const event of written) eventBodies[event.type].parse(event.body);
  });

  test('again changes nothing but the detail shown', () => {
    const { alarms, written, shown } = book();
    alarms.raise('disk-low', '/', '91 % used');
    alarms.raise('disk-low', '/', '92 % used');
    expect(written).toHaveLength(1);
    expect([...shown.values()]).toMatchObject([{ detail: '92 % used' }]);
  });

  test('what happened once is shown for its time after it happened last, also over a restart', () => {
    const clock = new ManualClock();
    const written: NewEvent[] = [];
    const deps = {
      clock,
      append: (events: readonly NewEvent[]) => written.push(...events),
      board: { set: () => undefined },
    };
    const minutes = (many: number): void => clock.advance(many * 60_000);
    const before = new AlarmBook(deps);
    before.raise('calls-survived', 'engine', '1: 1001');
    minutes(20);
    before.raise('calls-survived', 'engine', '1: 1002');
    minutes(20);
    expect(before.isOpen('calls-survived', 'engine')).toBe(true);
    const after = new AlarmBook({ ...deps, open: before.open() });
    minutes(29);
    expect(after.isOpen('calls-survived', 'engine')).toBe(true);
    minutes(1);
    expect(after.isOpen('calls-survived', 'engine')).toBe(false);
    expect(written.at(-1)).toMatchObject({ type: 'alarm.cleared', body: { code: 'calls-survived' } });
  });

  test('who writes an alarm finds it open then, and gone when it is cleared', () => {
    const open: number[] = [];
    const alarms: AlarmBook = new AlarmBook({
      clock: new ManualClock(),
      append: () => open.push(alarms.open().length),
      board: { set: () => undefined },
    });
    alarms.raise('trunk-down', 'e1-a');
    alarms.clear('trunk-down', 'e1-a');
    expect(open).toEqual([1, 0]);
  });

  test('what is not open cannot be cleared', () => {
    const { alarms, written } = book();
    alarms.clear('trunk-down', 'e1-a');
    expect(written).toEqual([]);
  });

  test('two subjects are two alarms', () => {
    const { alarms, shown } = book();
    alarms.raise('trunk-down', 'e1-a');
    alarms.raise('trunk-down', 'e1-b');
    alarms.clear('trunk-down', 'e1-a');
    expect([...shown.values()].map(({ subject }) => subject)).toEqual(['e1-b']);
    expect(alarms.isOpen('trunk-down', 'e1-b')).toBe(true);
  });

  test('subjects that the document no longer has are cleared', () => {
    const { alarms } = book();
    alarms.raise('trunk-down', 'e1-a');
    alarms.raise('trunk-down', 'e1-b');
    alarms.raise('phone-unreachable', 'desk-1');
    alarms.keepOnly('trunk-down', ['e1-b']);
    expect(alarms.open().map(({ subject }) => subject)).toEqual(['e1-b', 'desk-1']);
  });

  test('a jump of the clock does not change how long an alarm lasted', () => {
    const { alarms, written, pass } = book();
    alarms.raise('trunk-down', 'e1-a');
    pass(60_000, 365 * 86_400_000);
    alarms.clear('trunk-down', 'e1-a');
    expect(written[1]?.body).toMatchObject({ lastedMs: 60_000 });
  });
});

test('an alarm open before a restart is shown, not raised again, and cleared under its own name', () => {
  const since = Date.UTC(2026, 0, 4);
  const before = {
    id: 'old',
    code: 'disk-low',
    severity: 'warning',
    subject: '/',
    detail: null,
    since,
  } as const;
  const { alarms, written, shown } = book([before]);
  expect(shown.get('old')).toMatchObject({ code: 'disk-low', since: '2026-01-04T00:00:00.000Z' });
  alarms.raise('disk-low', '/');
  expect(written).toEqual([]);
  alarms.clear('disk-low', '/');
  expect(written).toMatchObject([{ body: { alarm: 'old', lastedMs: 86_400_000 } }]);
});

test('what cannot be written is not shown as if it were', () => {
  const { alarms, shown } = book();
  const failing = new AlarmBook({
    clock: { now: () => 0, monotonic: () => 0, after: () => ({ cancel: () => undefined }) },
    append: () => {
      throw new Error('no room');
    },
    board: { set: (_, id, value) => void (value && shown.set(id, value)) },
  });
  expect(() => failing.raise('trunk-down', 'e1-a')).toThrow('no room');
  expect(shown.size + alarms.open().length).toBe(0);
});
