/** SQLite with the settings that keep what was acknowledged: WAL, synchronous=FULL, one writer, version gate, numbered migrations. */
import Database from 'better-sqlite3';

export type Db = Database.Database;

/** A step of the schema; its number is its place in the list, from 1. Never edited once released. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /**
   * The oldest schema whose programs still read and write rightly what this step leaves, and what newer programs write into it: a
   * new table beside the others takes nothing from them. The step's own number when left out: no older program goes with it.
   */
  readonly oldestBack?: number;
}

/**
 * The oldest schema whose programs may still be given a database in the last form of these steps; 0 for no steps.
 * @throws Error when a step names a schema that is not from 1 to its own number
 */
export function oldestBackOf(migrations: readonly Migration[]): number {
  let oldest = 0;
  for (const [index, { name, oldestBack = index + 1 }] of migrations.entries()) {
    if (!Number.isInteger(oldestBack) || oldestBack < 1 || oldestBack > index + 1)
      throw new Error(
        `step ${index + 1} (${name}): oldestBack is ${oldestBack}; a schema from 1 to ${index + 1} belongs there`,
      );
    oldest = Math.max(oldest, oldestBack);
  }
  return oldest;
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
 * @throws when there is no such file, or when it is not in the form that `migrations` end with, nor in a newer one that says that
 * this one may read it
 */
export function openToRead(path: string, migrations: readonly Migration[]): Db {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  const at = db.pragma('user_version', { simple: true }) as number;
  if (at < migrations.length || oldestBackIn(db, at) > migrations.length) {
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
  const oldest = oldestBackIn(db, at);
  if (oldest > migrations.length) {
    throw new Error(
      `${path} was written by a newer version (schema ${at}, readable from ${oldest} on, known here ${migrations.length}): install that version, or restore the backup made before it`,
    );
  }
  for (let number = at + 1; number <= migrations.length; number += 1) {
    const known = migrations.slice(0, number);
    db.transaction(() => {
      db.exec(known.at(-1)?.sql ?? '');
      db.pragma(`user_version = ${number}`);
      writeOldestBack(db, oldestBackOf(known), number);
    })();
  }
}

/** A database that says nothing is read by its own schema and newer ones. */
function oldestBackIn(db: Db, at: number): number {
  const says = db.prepare("select 1 from sqlite_schema where type = 'table' and name = 'schema_gate'").get();
  if (!says) return at;
  return db.prepare('select oldest_back from schema_gate').pluck().get() as number;
}

function writeOldestBack(db: Db, oldest: number, at: number): void {
  if (oldest === oldestBackIn(db, at)) return;
  db.exec('create table if not exists schema_gate (oldest_back integer not null); delete from schema_gate');
  db.prepare('insert into schema_gate (oldest_back) values (?)').run(oldest);
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
