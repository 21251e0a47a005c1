/**
 * Documents that were in force before this one: a file each, named by its revision, kept as long as what was decided under it can be
 * decided again (`store/acd-inputs.ts`). The one in force lies beside them (`document.ts`).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@branchline/runtime/atomic-file';

/** After it was in force last, in ms: a day longer than the inputs. */
export const OLDER_KEPT_MS = 8 * 86_400_000;

const NAME = /^[0-9a-f]{64}\.yaml$/;
const folder = (dataDir: string): string => join(dataDir, 'documents');

/** SHA-256 of what a person wrote, hex. */
export const revisionOf = (source: string): string => createHash('sha256').update(source).digest('hex');

/** Keeps a document that was in force until now, ms since 1970, and lets go of those whose time is over. */
export function keepOlder(dataDir: string, source: string, now: number): void {
  const dir = folder(dataDir);
  mkdirSync(dir, { recursive: true, mode: 0o750 });
  const path = join(dir, `${revisionOf(source)}.yaml`);
  writeFileAtomic(path, source, 0o640);
  utimesSync(path, now / 1000, now / 1000);
  for (const name of kept(dataDir)) {
    const each = join(dir, name);
    if (statSync(each).mtimeMs < now - OLDER_KEPT_MS) rmSync(each, { force: true });
  }
}

/** What stands in them. */
export const olderDocuments = (dataDir: string): string[] =>
  kept(dataDir).map((name) => readFileSync(join(folder(dataDir), name), 'utf8'));

function kept(dataDir: string): string[] {
  try {
    return readdirSync(folder(dataDir)).filter((name) => NAME.test(name));
  } catch {
    return [];
  }
}
