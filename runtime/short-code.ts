/**
 * What two ends that know the same short code can do over a line that neither trusts: prove that they know it, and seal
 * what only the other can open. The code is stretched first (scrypt, 32 MB), with a salt that ties it to one matter, so
 * that whoever listens cannot go through all codes.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';

export interface CodeKeys {
  readonly proving: Buffer;
  readonly sealing: Buffer;
}

/** About 60 ms of one core and 32 MB, on purpose. */
const STRETCH = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function codeKeys(code: string, salt: Uint8Array): Promise<CodeKeys> {
  return new Promise((resolve, reject) => {
    scrypt(code, salt, 2 * KEY_BYTES, STRETCH, (error, keys) => {
      if (error) reject(error);
      else resolve({ proving: keys.subarray(0, KEY_BYTES), sealing: keys.subarray(KEY_BYTES) });
    });
  });
}

/** Hex. */
export const proofOf = ({ proving }: CodeKeys, matter: string): string =>
  createHmac('sha256', proving).update(matter).digest('hex');

export function isProof(keys: CodeKeys, matter: string, proof: string): boolean {
  const right = Buffer.from(proofOf(keys, matter));
  const given = Buffer.from(proof);
  return right.length === given.length && timingSafeEqual(right, given);
}

/** Base64: AES-256-GCM with a nonce of its own. */
export function seal({ sealing }: CodeKeys, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealing, iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/** Undefined where it was sealed with another code, or altered on its way. */
export function unseal({ sealing }: CodeKeys, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
  try {
    const opening = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    opening.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const body = bytes.subarray(IV_BYTES + TAG_BYTES);
    return Buffer.concat([opening.update(body), opening.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
