import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOTHING_YET, step, type State } from './desired-core.ts';
import { desiredStore } from './desired-store.ts';

let dir: string;
let damage: unknown[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'desired-'));
  damage = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

const store = () => desiredStore(dir, (error) => damage.push(error));
const revision = 'a'.repeat(64);

test('nothing is known before the first document', () => {
  expect(store().read()).toEqual(NOTHING_YET);
  expect(damage).toEqual([]);
});

test('what is tried is read as it was written', () => {
  const desired = {
    v: 1,
    version: 3,
    revision,
    source: 'a: 1',
    confirmWithinS: 120,
    overwrite: false,
    author: 'chen',
    reason: 'because',
    at: '2026-11-22T09:00:00.000Z',
  } as const;
  const text = { revision, source: 'a: 1' };
  const before = { revision: 'b'.repeat(64), source: 'a: 0' };
  const conflicts = [{ path: ['a'], here: 1 }];
  const verdict = { ok: true, target: text, conflicts, up: { trunks: ['pstn'], phones: [] } } as const;
  const event = { is: 'judged', desired, verdict, inForce: before, wall: 5 } as const;
  const { state } = step(NOTHING_YET, event, 7);
  store().write(state);
  expect(store().read()).toEqual(state satisfies State);
});

test.each(['', '{', 'null', '{"v":2}', '{"v":1,"seen":5}'])(
  'a file that says %j costs what was known, not the start',
  (text) => {
    writeFileSync(join(dir, 'headquarters-documents.json'), text);
    expect(store().read()).toEqual(NOTHING_YET);
    expect(damage).toHaveLength(1);
  },
);
