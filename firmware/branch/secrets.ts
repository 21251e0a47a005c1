/**
 * Secrets of this box that the document only names: `secrets.json` in the data directory, a mapping of names to texts,
 * readable by the service's account alone. Read at each use, so that a new one needs no restart.
 */
import { join } from 'node:path';
import { readIfThere } from '@branchline/runtime/atomic-file';

export const secretsPath = (dataDir: string): string => join(dataDir, 'secrets.json');

/** Undefined for a name that is not there, and when there is no file that can be read as one. */
export function secretOf(dataDir: string, name: string): string | undefined {
  try {
    const kept: unknown = JSON.parse(readIfThere(secretsPath(dataDir)) ?? '{}');
    if (typeof kept !== 'object' || kept === null || !Object.hasOwn(kept, name)) return undefined;
    const value: unknown = (kept as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
