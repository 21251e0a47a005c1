import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Db } from '@branchline/runtime/sqlite';
import { enterLeftSteps } from './left-steps.ts';
import { Ledger, type LedgerBatch } from './ledger.ts';
import { openLedgerDatabase } from './open.ts';
import { StepLog } from './step-log.ts';

let folder: string;
let db: Db;
let ledger: Ledger;
const path = (): string => join(folder, 'steps.log');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'branchline-left-'));
  db = openLedgerDatabase(join(folder, 'ledger.db'));
  ledger = new Ledger(db);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const step = (version: string, state: unknown): LedgerBatch => ({
  events: [{ type: 'service.started', at: 0, body: { version, adoptedCalls: 0, closedCalls: 0 } }],
  openCalls: { c1: state },
  about: { acd: version },
});

function noted(...batches: readonly LedgerBatch[]): void {
  const { log } = StepLog.open(path(), 0);
  for (const batch of batches) log.write(batch);
  log.close();
}

test('what a kill left in the log is in the ledger, in its order and once, however often it is started', () => {
  noted(step('a', { at: 'flow' }), step('b', { at: 'talking' }));
  for (let starts = 0; starts < 3; starts += 1) {
    enterLeftSteps(path(), ledger, () => false).close();
    expect(ledger.range(1, 9, 9).map(({ body }) => body.version)).toEqual(['a', 'b']);
    expect(ledger.openCalls()).toEqual({ c1: { at: 'talking' } });
    expect(ledger.about('acd')).toBe('b');
  }
});

test('a piece of state that is no more is deleted, and what the ACD was told is kept', () => {
  ledger.append({ events: [], openCalls: {}, about: { 'acd/waiting/a': 1, 'acd/waiting/b': 1 } });
  const told = { at: 5, events: [{ type: 'tick' as const }] };
  noted(
    { events: [], openCalls: {}, about: { 'acd/waiting/a': 2, 'acd/waiting/c': 3 }, acdInputs: [told] },
    { events: [], openCalls: {}, about: { 'acd/waiting/a': null, 'acd/waiting/b': null } },
  );
  enterLeftSteps(path(), ledger, () => false).close();
  expect(ledger.aboutUnder('acd/')).toEqual({ 'acd/waiting/c': 3 });
  expect([...ledger.acdInputs.from(9)]).toEqual([told]);
});

test('a call that ended in the log is not in progress', () => {
  noted(step('a', { at: 'flow' }), step('b', null));
  enterLeftSteps(path(), ledger, () => false).close();
  expect(ledger.openCalls()).toEqual({});
});

test('on a full disk the reserve is let go first; without one the start fails and says why', () => {
  noted(step('a', { at: 'x'.repeat(500_000) }));
  db.pragma('max_page_count = 1');
  const pages = (): void => void db.pragma('max_page_count = 1000000');
  expect(() => enterLeftSteps(path(), ledger, () => false)).toThrow('full');
  enterLeftSteps(path(), ledger, () => {
    pages();
    return true;
  }).close();
  expect(ledger.newest()).toBe(1);
});
