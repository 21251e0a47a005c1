import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDocument, rememberGood, type DocumentInForce } from './document.ts';
import { OLDER_KEPT_MS, olderDocuments } from './documents-kept.ts';

const T0 = Date.UTC(2026, 0, 5);
let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'documents-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const named = (name: string): DocumentInForce => {
  const site = { id: 'b', name, country: 'CN', timezone: 'Asia/Shanghai' };
  const checked = checkDocument(JSON.stringify({ schema: 'branchline.branch/1', site }));
  if (!checked.ok) throw new Error('a good document');
  return checked.document;
};
const [one, two, three] = [named('one'), named('two'), named('three')];
const older = (): string[] => olderDocuments(dir).sort();

test('a document is kept from when another takes its place, once, under its revision', () => {
  expect(older()).toEqual([]);
  rememberGood(one, dir, T0);
  rememberGood(one, dir, T0 + 1);
  expect(older()).toEqual([]);
  rememberGood(two, dir, T0 + 2);
  rememberGood(one, dir, T0 + 3);
  rememberGood(two, dir, T0 + 4);
  expect(older()).toEqual([one.source, two.source].sort());
  expect(readdirSync(join(dir, 'documents')).sort()).toEqual(
    [`${one.revision}.yaml`, `${two.revision}.yaml`].sort(),
  );
});

test('it goes when what was decided under it has gone, not before', () => {
  rememberGood(one, dir, T0);
  rememberGood(two, dir, T0);
  rememberGood(three, dir, T0 + OLDER_KEPT_MS);
  expect(older()).toEqual([one.source, two.source].sort());
  rememberGood(one, dir, T0 + OLDER_KEPT_MS + 1);
  expect(older()).toEqual([two.source, three.source].sort());
});

test('it is for the service and its group only, and what else lies there is left alone', () => {
  rememberGood(one, dir, T0);
  rememberGood(two, dir, T0);
  writeFileSync(join(dir, 'documents', 'notes.txt'), 'mine');
  expect(statSync(join(dir, 'documents', `${one.revision}.yaml`)).mode & 0o007).toBe(0);
  expect(older()).toEqual([one.source]);
});

test('a document that was refused takes no place', () => {
  rememberGood(one, dir, T0);
  rememberGood({ ...two, refused: { faults: [] } }, dir, T0 + 1);
  expect(older()).toEqual([]);
});
