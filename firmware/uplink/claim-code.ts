/** The code by which a person claims this box: drawn here, bound to the box's key, kept until the box belongs to somebody. */
import { createHash, createPublicKey, randomInt, type KeyObject } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  CODE_SIGNS,
  handleOf,
  readCode,
  SECRET_SIGNS,
  type ClaimCode,
} from '@branchline/contracts/enrolment';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';

const pathIn = (identityDir: string): string => join(identityDir, 'claim-code');

/** SHA-256 of the public key, hex. */
export function keyDigest(key: KeyObject): string {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}

/** The code of this key: the one that is kept, or a new one. @throws what the file system throws */
export function claimCode(identityDir: string, key: KeyObject): ClaimCode {
  const handle = handleOf(keyDigest(key));
  const kept = readCode(readIfThere(pathIn(identityDir)) ?? '');
  if (kept?.handle === handle) return kept;
  const sign = (): string => CODE_SIGNS[randomInt(CODE_SIGNS.length)] ?? '';
  const secret = Array.from({ length: SECRET_SIGNS }, sign).join('');
  writeFileAtomic(pathIn(identityDir), `${handle}${secret}\n`, 0o600);
  return { handle, secret };
}

const askedPathIn = (identityDir: string): string => join(identityDir, 'claim-asks');

/** Where the box asks, for the command that shows the code: it does not have the service's settings. @throws what the file system throws */
export function keepAsked(identityDir: string, headquarters: string): void {
  if (readIfThere(askedPathIn(identityDir)) !== headquarters)
    writeFileAtomic(askedPathIn(identityDir), headquarters);
}

/** A code serves once. */
export function forgetClaimCode(identityDir: string): void {
  for (const path of [pathIn(identityDir), askedPathIn(identityDir)]) rmSync(path, { force: true });
}
