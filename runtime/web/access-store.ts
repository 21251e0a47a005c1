/** The file behind sign-in: the password's hash and the sessions' hashes. Its own database, readable by the service alone. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { openDatabase, type Db, type Migration } from '../sqlite.ts';

export const accessMigrations: readonly Migration[] = [
  {
    name: 'password and sessions',
    sql: `
      create table password (id integer primary key check (id = 1), hash text not null, made_at integer not null) strict;
      create table session (
        hash blob primary key, made_at integer not null, seen_at integer not null
      ) strict, without rowid;`,
  },
  {
    name: 'people',
    sql: `
      create table person (
        name text primary key,
        role text not null,
        branches text not null,
        hash text not null,
        made_at integer not null,
        seen_at integer
      ) strict, without rowid;
      -- '' where a service has one password and knows nobody by name.
      alter table session add column person text not null default '';`,
  },
];

export function openAccessStore(path: string): Db {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = openDatabase(path, accessMigrations);
  // The -wal and -shm files take the mode of the database.
  chmodSync(path, 0o600);
  return db;
}
