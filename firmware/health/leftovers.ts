/**
 * What may be let go when room is short, and the letting go. Only what is named here ever goes: a copy that was not finished, whose
 * original lies where it was. Never a recording, as none is archived yet; never a message, a document or anything of the ledger.
 */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@branchline/runtime/log';

/** Relative to the box's folder: a recording on its way into the vault, a small file on its way into its place. */
const LEFTOVERS = [/^recordings\/\d{4}-\d\d-\d\d\/[^/]+\.wav\.part$/, /^[^/]+\.\d+\.new$/];
/** Far longer than any of them takes to be finished, ms. */
const LEFT_MS = 3_600_000;

export interface LyingFile {
  /** Relative to the box's folder. */
  readonly path: string;
  /** Ms since 1970. */
  readonly changedAt: number;
}

/** The oldest first. Pure. */
export function leftoversOf(files: readonly LyingFile[], now: number): string[] {
  return files
    .filter(({ path, changedAt }) => changedAt < now - LEFT_MS && LEFTOVERS.some((form) => form.test(path)))
    .sort((one, other) => one.changedAt - other.changedAt)
    .map(({ path }) => path);
}

/** Never rejects: what cannot be removed is logged, and tried again another day. */
export async function letLeftoversGo(dataDir: string, now: number, log: Log): Promise<void> {
  try {
    const gone = leftoversOf(await filesOf(dataDir), now);
    for (const path of gone) await rm(join(dataDir, path), { force: true });
    if (gone.length > 0) log.info({ files: gone }, 'room is short: leftovers were let go');
  } catch (error) {
    log.warn({ err: error }, 'leftovers could not be let go');
  }
}

async function filesOf(dataDir: string): Promise<LyingFile[]> {
  const days = (await namesIn(join(dataDir, 'recordings'))).map((day) => join('recordings', day));
  const found: LyingFile[] = [];
  for (const folder of ['', ...days]) {
    for (const name of await namesIn(join(dataDir, folder))) {
      const path = join(folder, name);
      if (!LEFTOVERS.some((form) => form.test(path))) continue;
      const seen = await lstat(join(dataDir, path)).catch(() => undefined);
      if (seen?.isFile()) found.push({ path, changedAt: seen.mtimeMs });
    }
  }
  return found;
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
