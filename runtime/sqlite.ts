/** SQLite with the settings that keep what was acknowledged: WAL, synchronous=FULL, one writer, version gate, numbered migrations. */
import Database from 'better-sqlite3';

export type Db = Database.Database;

/** A step of the schema; its number is its place in the list, from 1. Never edited once released. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** SQLite before 3.51.3 can corrupt a WAL that two connections reset (sqlite.org/changes.html). */
const OLDEST_SQLITE = [3, 51, 3] as const;

export function openDatabase(path: string, migrations: readonly Migration[]): Db {
  const db = new Database(path);
  const { version } = db.prepare('select sqlite_version() as version').get() as { version: string };
  if (older(version, OLDEST_SQLITE))
    throw new Error(`SQLite ${version} is too old: ${OLDEST_SQLITE.join('.')} or newer is needed`);
  // Rows are small and commits many: each writes whole pages to the flash. For a new file only; an older one keeps its own.
  db.pragma('page_size = 1024');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('busy_timeout = 2000');
  migrate(db, path, migrations);
  return db;
}

/**
 * For a look at a database that a running service may be writing: nothing is changed, and the service waits for nobody.
 * @throws when there is no such file, or when it is not in the form that `migrations` end with
 */
export function openToRead(path: string, migrations: readonly Migration[]): Db {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  const at = db.pragma('user_version', { simple: true }) as number;
  if (at !== migrations.length) {
    db.close();
    const remedy =
      at > migrations.length
        ? 'use the version that wrote it'
        : 'start the service of this version with it once';
    throw new Error(`${path} is in form ${at}, and this version reads form ${migrations.length}: ${remedy}`);
  }
  return db;
}

function migrate(db: Db, path: string, migrations: readonly Migration[]): void {
  const at = db.pragma('user_version', { simple: true }) as number;
  if (at > migrations.length) {
    throw new Error(
      `${path} was written by a newer version (schema ${at}, known here ${migrations.length}): install that version, or restore the backup made before it`,
    );
  }
  for (const [index, migration] of migrations.slice(at).entries()) {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${at + index + 1}`);
    })();
  }
}

function older(version: string, floor: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, least] of floor.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

/** Whether a write failed for want of room or of a writable disk: a fault that passes, unlike a broken file. */
export function isDiskFault(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(code);
}
