/** A lock that the system lets go of when its process ends, however it ends: of an SQLite file that holds nothing else. */
import Database from 'better-sqlite3';

/** A process that is just being ended is waited for. */
const WAIT_MS = 2_000;

/**
 * Holds `path`, which is made where it is not there, against every other process and every other caller in this one.
 * @returns what lets go of it; undefined where somebody else holds it
 * @throws where the file cannot be made or written
 */
export function hold(path: string, waitMs = WAIT_MS): (() => void) | undefined {
  const db = new Database(path, { timeout: waitMs });
  try {
    db.exec('begin exclusive');
    return () => void db.close();
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
}
