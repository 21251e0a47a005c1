/** One controller has a data directory: its keys, its files, its SQLite database. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hold } from '@branchline/runtime/sqlite-hold';

/**
 * @returns what lets go of it
 * @throws where another controller has it
 */
export function holdDataDir(dataDir: string, waitMs?: number): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const release = hold(join(dataDir, 'controller.lock'), waitMs);
  if (release) return release;
  throw new Error(
    `BRANCHLINE_HQ_DATA_DIR='${dataDir}': another controller that runs has this directory. Stop it first, or give this one a directory of its own; several controllers share a fleet on PostgreSQL alone (BRANCHLINE_HQ_DATABASE_URL), never an SQLite file`,
  );
}
