/** Where headquarters keeps what, and how its database is opened. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Log } from '@branchline/runtime/log';
import { openDatabase, openToRead } from '@branchline/runtime/sqlite';
import type { Settings } from '../settings.ts';
import type { Database } from './database.ts';
import { migrations } from './migrations.ts';
import type { PostgresDatabase } from './postgres-database.ts';
import { checkPostgres, migratePostgres } from './postgres-schema.ts';
import { SqliteDatabase } from './sqlite-database.ts';

export type StoreSettings = Pick<
  Settings,
  'dataDir' | 'databaseUrl' | 'databasePasswordFile' | 'databaseAnswersWithinMs'
>;

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

export function openSqlite(path: string): SqliteDatabase {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = openDatabase(path, migrations);
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  return new SqliteDatabase(db);
}

/** For somebody who only looks, beside the service. */
export const openSqliteToRead = (path: string): Database => new SqliteDatabase(openToRead(path, migrations));

/** The database that the settings name. @throws with what hinders it: the service does not start without its database */
export async function openDatabaseOf(settings: StoreSettings, log: Log): Promise<Database> {
  const { databaseUrl } = settings;
  if (databaseUrl === undefined) return openSqlite(storePaths(settings.dataDir).database);
  const database = await reached(settings, log);
  try {
    await migratePostgres(database, migrations);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The same for somebody who only looks, beside the service. */
export async function openToReadOf(settings: StoreSettings, log: Log): Promise<Database> {
  if (settings.databaseUrl === undefined) return openSqliteToRead(storePaths(settings.dataDir).database);
  const database = await reached(settings, log);
  try {
    await checkPostgres(database, migrations);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Loaded only where it is asked for. */
async function reached(
  { databaseUrl, databasePasswordFile, databaseAnswersWithinMs }: StoreSettings,
  log: Log,
): Promise<PostgresDatabase> {
  const { PostgresDatabase } = await import('./postgres-database.ts');
  const password =
    databasePasswordFile === undefined ? undefined : readFileSync(databasePasswordFile, 'utf8').trim();
  return new PostgresDatabase({
    connectionString: databaseUrl,
    password,
    answersMs: databaseAnswersWithinMs,
    answering: (answers, because) => {
      if (answers) log.info({}, 'the database answers again');
      else log.error({ err: because }, 'the database does not answer: nothing is acknowledged until it does');
    },
  });
}
