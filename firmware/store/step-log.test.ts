import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerBatch } from './ledger.ts';
import { StepLog } from './step-log.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'branchline-steps-'));
  path = join(folder, 'steps.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const batch = (text: string): LedgerBatch => ({ events: [], openCalls: { c1: { text } }, about: {} });
const left = (after = 0): unknown[] => {
  const { log, left: batches } = StepLog.open(path, after);
  log.close();
  return batches.map(({ serial, batch: each }) => [serial, (each.openCalls.c1 as { text: string }).text]);
};

function written(...texts: readonly string[]): void {
  const { log } = StepLog.open(path, 0);
  for (const text of texts) log.write(batch(text));
  log.close();
}

test('what was written is there after a kill, in its order', () => {
  written('a', '电话', 'c\nd');
  expect(left()).toEqual([
    [1, 'a'],
    [2, '电话'],
    [3, 'c\nd'],
  ]);
});

test('what the database holds already is not given again, and numbers go on', () => {
  written('a', 'b');
  expect(left(1)).toEqual([[2, 'b']]);
  const { log } = StepLog.open(path, 7);
  log.write(batch('c'));
  log.close();
  expect(left(7)).toEqual([[8, 'c']]);
});

test('a line that is torn anywhere ends the file, and writing goes on behind the last whole one', () => {
  written('first', 'second');
  const whole = readFileSync(path);
  const first = whole.indexOf(0x0a) + 1;
  fc.assert(
    fc.property(fc.integer({ min: first, max: whole.length - 1 }), (cut) => {
      truncateSync(path, 0);
      appendFileSync(path, whole.subarray(0, cut));
      expect(left()).toEqual([[1, 'first']]);
      written('third');
      expect(left()).toEqual([
        [1, 'first'],
        [2, 'third'],
      ]);
    }),
    { numRuns: 40 },
  );
});

test('a line with a wrong sum, and what follows it, is not believed', () => {
  written('first', 'second', 'third');
  const text = readFileSync(path, 'utf8').replace('second', 'sEcond');
  truncateSync(path, 0);
  appendFileSync(path, text);
  expect(left()).toEqual([[1, 'first']]);
});

test('the file begins anew once the database has taken a good deal', () => {
  const { log } = StepLog.open(path, 0);
  log.write(batch('x'.repeat(100_000)));
  log.taken();
  expect(statSync(path).size).toBe(0);
  log.write(batch('small'));
  log.taken();
  log.close();
  expect(left(1)).toEqual([[2, 'small']]);
});
