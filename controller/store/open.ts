/** Where headquarters keeps what, and how its database is opened. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openDatabase, openToRead, type Db } from '@branchline/runtime/sqlite';
import { migrations } from './migrations.ts';

export interface StorePaths {
  readonly database: string;
  /** Password and sessions: apart, as they are secret and change at another pace. */
  readonly access: string;
  /** The authority's key, the broker's and the page's. */
  readonly identity: string;
}

export function storePaths(dataDir: string): StorePaths {
  return {
    database: join(dataDir, 'headquarters.sqlite'),
    access: join(dataDir, 'access.sqlite'),
    identity: join(dataDir, 'identity'),
  };
}

/** Pages of 4 KiB that gather in the log before they are written to their place: a page changed often is written once. */
const CHECKPOINT_PAGES = 8_000;

export function openStore(path: string): Db {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = openDatabase(path, migrations);
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  return db;
}

/** For somebody who only looks, beside the service. */
export const openStoreToRead = (path: string): Db => openToRead(path, migrations);
