import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../atomic-file.ts';
import { nameOfKey } from './signature.ts';

/**
 * The public keys of a folder: each file whose name ends in '.pub', as PEM. None where there is no such folder.
 * @throws Error that names the file when one is no Ed25519 key
 */
export function keysIn(folder: string): string[] {
  return namesIn(folder).map((name) => {
    const path = join(folder, name);
    const pem = readFileSync(path, 'utf8');
    try {
      nameOfKey(pem);
    } catch (cause) {
      throw new Error(
        `${path} is no public Ed25519 key in PEM: put there what 'npm run release -- keygen' made`,
        {
          cause,
        },
      );
    }
    return pem;
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.pub'))
      .sort();
  } catch (fault) {
    if (hasCode(fault, 'ENOENT')) return [];
    throw fault;
  }
}
