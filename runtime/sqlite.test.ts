import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isDiskFault, oldestBackOf, openDatabase, openToRead, type Db, type Migration } from './sqlite.ts';

const table: Migration = { name: 'a table', sql: 'create table t (n integer not null)' };
const first: Migration = { name: 'a row', sql: 'insert into t values (1)' };
const second: Migration = { name: 'another', sql: 'insert into t values (2)' };
const broken: Migration = {
  name: 'half right',
  sql: 'insert into t values (3); insert into nowhere values (4)',
};

describe('opening a database', () => {
  let path: string;
  let dir: string;
  const open: Db[] = [];
  const at = (...migrations: readonly Migration[]): Db => {
    const db = openDatabase(path, migrations);
    open.push(db);
    return db;
  };
  const rows = (db: Db): unknown[] => db.prepare('select n from t order by rowid').pluck().all();

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sqlite-'));
    path = join(dir, 'test.db');
  });
  afterEach(() => {
    for (const db of open.splice(0)) db.close();
    rmSync(dir, { recursive: true });
  });

  test('is set to keep what was acknowledged', () => {
    const db = at();
    const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'];
    expect(settings.map((name) => db.pragma(name, { simple: true }))).toEqual(['wal', 2, 1, 2_000]);
  });

  test('takes each step of the schema once, in order', () => {
    at(table, first).close();
    at(table, first).close();
    const db = at(table, first, second);
    expect(rows(db)).toEqual([1, 2]);
    expect(db.pragma('user_version', { simple: true })).toBe(3);
  });

  test('refuses a schema that is newer, says what to do, and leaves the data alone', () => {
    at(table, first, second).close();
    expect(() => at(table)).toThrow(path);
    expect(() => at(table)).toThrow(
      /newer version \(schema 3, readable from 3 on, known here 1\): install that version, or restore/,
    );
    expect(rows(at(table, first, second))).toEqual([1, 2]);
  });

  const beside: Migration = { name: 'beside', sql: 'create table b (n integer)', oldestBack: 2 };
  const onlyNew: Migration = { name: 'apart', sql: 'alter table t add column m integer' };

  test('a newer schema that says so is written by an older program, and goes on from where it was', () => {
    at(table, first, beside).close();
    const older = at(table, first);
    older.exec('insert into t values (7)');
    expect(older.pragma('user_version', { simple: true })).toBe(3);
    older.close();
    const look = openToRead(path, [table, first]);
    open.push(look);
    expect(rows(look)).toEqual([1, 7]);
    expect(() => at(table)).toThrow(/schema 3, readable from 2 on, known here 1/);
    expect(() => openToRead(path, [table])).toThrow(/use the version that wrote it/);
    expect(rows(at(table, first, beside, second))).toEqual([1, 7, 2]);
  });

  test('a later step that nothing older reads closes what an earlier one left open', () => {
    at(table, first, beside).close();
    at(table, first, beside, onlyNew).close();
    expect(() => at(table, first, beside)).toThrow(/schema 4, readable from 4 on, known here 3/);
  });

  test('a step that takes less back than one before it opens nothing', () => {
    at(table, onlyNew, { ...beside, oldestBack: 1 }).close();
    expect(() => at(table)).toThrow(/schema 3, readable from 2 on, known here 1/);
    at(table, onlyNew).close();
  });

  test.each([0, 4, 1.5])('a step that names schema %s as its oldest is refused by name', (oldestBack) => {
    expect(() => oldestBackOf([table, first, { ...beside, oldestBack }])).toThrow(
      /step 3 \(beside\): oldestBack is .*from 1 to 3/,
    );
  });

  test('a step that breaks leaves nothing of itself, and those before it stand', () => {
    expect(() => at(table, first, broken)).toThrow(/nowhere/);
    const db = at(table, first, second);
    expect(rows(db)).toEqual([1, 2]);
    expect(db.pragma('user_version', { simple: true })).toBe(3);
  });
});

test.each([
  ['SQLITE_FULL', true],
  ['SQLITE_IOERR_WRITE', true],
  ['SQLITE_READONLY_DBMOVED', true],
  ['SQLITE_CANTOPEN', true],
  ['SQLITE_CORRUPT', false],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', false],
  [undefined, false],
  [13, false],
])('an error with the code %s is a fault of the disk: %s', (code, expected) => {
  expect(isDiskFault(Object.assign(new Error('x'), { code }))).toBe(expected);
});

test('what is no error is no fault of the disk', () => {
  expect([{ code: 'SQLITE_FULL' }, 'SQLITE_FULL', undefined].map(isDiskFault)).toEqual([false, false, false]);
});
