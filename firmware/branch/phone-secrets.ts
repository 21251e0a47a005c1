/** Each phone's digest password: made here, kept in a file that this service alone may read, never in the document. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';

export const phoneSecretsPath = (dataDir: string): string => join(dataDir, 'phone-secrets.json');

/** The passwords of these phones; those that have none yet are given one. */
export function phoneSecrets(dataDir: string, phones: readonly string[]): Readonly<Record<string, string>> {
  const path = phoneSecretsPath(dataDir);
  const known = read(path);
  const missing = phones.filter((phone) => known[phone] === undefined);
  if (missing.length === 0) return known;
  const all = {
    ...known,
    ...Object.fromEntries(missing.map((phone) => [phone, randomBytes(18).toString('base64url')])),
  };
  writeFileAtomic(path, `${JSON.stringify(all, null, 2)}\n`, 0o600);
  return all;
}

function read(path: string): Record<string, string> {
  const text = readIfThere(path);
  if (text === undefined) return {};
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null)
    throw new Error(
      `${path} is not a mapping of phones to passwords: restore it from a backup, or remove it and give every phone its new password`,
    );
  return value as Record<string, string>;
}
