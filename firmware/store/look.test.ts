import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent } from '@branchline/contracts/ledger';
import { openDatabase, type Db } from '@branchline/runtime/sqlite';
import { Ledger } from './ledger.ts';
import { Look } from './look.ts';
import { migrations } from './migrations.ts';
import { openLedgerDatabase } from './open.ts';
import { StepLog } from './step-log.ts';

const T0 = Date.UTC(2026, 0, 5, 2);
let dir: string;
let db: Db;
let ledger: Ledger;
let log: StepLog;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'look-'));
  db = openLedgerDatabase(join(dir, 'ledger.db'));
  ledger = new Ledger(db);
  log = StepLog.open(join(dir, 'steps.log'), 0).log;
});
afterEach(() => {
  log.close();
  db.close();
  rmSync(dir, { recursive: true });
});

const offered = (call: string, at: number, caller = '+8613900000001'): NewEvent => ({
  type: 'call.offered',
  call,
  at,
  body: { direction: 'in', from: { kind: 'caller', id: caller }, dialled: '1001' },
});
const ended = (call: string, at: number): NewEvent => ({
  type: 'call.ended',
  call,
  at,
  body: {
    outcome: 'abandoned',
    endedBy: 'caller',
    phase: 'queue',
    talkMs: 0,
    totalMs: 1,
    recorded: { kept: false },
  },
});
const batch = (events: NewEvent[], openCalls: Record<string, unknown> = {}) => ({
  events,
  openCalls,
  about: {},
});
const looked = <T>(ask: (look: Look) => T): T => {
  const look = new Look(dir);
  try {
    return ask(look);
  } finally {
    look.close();
  }
};

describe('a look while the service runs', () => {
  test('finds what the database holds, and what only the step log holds, each once', () => {
    log.write(batch([offered('a', T0)], { a: {} }));
    ledger.append({ ...batch([offered('a', T0)], { a: {} }), step: log.serial });
    log.write(batch([ended('a', T0 + 5)]));
    log.write(batch([offered('b', T0 + 9)]));
    expect(looked((look) => look.eventsOf('a').map(({ seq, type }) => [seq, type]))).toEqual([
      [1, 'call.offered'],
      [2, 'call.ended'],
    ]);
    expect(looked((look) => look.eventsOf('b').map(({ seq }) => seq))).toEqual([3]);
    expect(looked((look) => look.calls(9).map(({ id }) => id))).toEqual(['b', 'a']);
    expect(looked((look) => look.eventsOf('none'))).toEqual([]);
  });

  test('lists calls in progress and ended, the newest first, those that are asked for', () => {
    ledger.append(batch([offered('a', T0), ended('a', T0 + 1), offered('b', T0 + 2, '8002')], { b: {} }));
    ledger.append(batch([offered('c', T0 + 3), ended('c', T0 + 4)]));
    expect(looked((look) => look.calls(2).map(({ id }) => id))).toEqual(['b', 'c']);
    expect(looked((look) => look.calls(9, ({ from }) => from !== '8002').map(({ id }) => id))).toEqual([
      'c',
      'a',
    ]);
  });

  test('writes nothing, and keeps the service from nothing', () => {
    ledger.append(batch([offered('a', T0)], { a: {} }));
    const look = new Look(dir);
    expect(() => look.db.exec('delete from events')).toThrow(/readonly/);
    ledger.append(batch([ended('a', T0 + 1)], { a: null }));
    expect(look.eventsOf('a')).toHaveLength(2);
    look.close();
  });
});

test('where there is no ledger, or one of another form, it is said what to do', () => {
  expect(() => new Look(join(dir, 'nowhere'))).toThrow(/no ledger at .*nowhere.*--data/);
  rmSync(join(dir, 'ledger.db'));
  db.close();
  openDatabase(join(dir, 'ledger.db'), migrations.slice(0, 1)).close();
  expect(() => new Look(dir)).toThrow(/form 1.*start the service of this version/);
  db = openLedgerDatabase(join(dir, 'ledger.db'));
});
