/**
 * Who the box is towards headquarters: a key made here that never leaves, a request for a certificate beside it, and the
 * certificate and headquarters' root as enrolment puts them there.
 */
import { createPrivateKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';

/** What enrolment puts beside the key. */
export const ENROLMENT_FILES = ['box.crt', 'ca.crt'] as const;

export interface Identity {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

/** The identity, or what keeps it from being one, with the remedy. */
export type Reading =
  { readonly fit: true; readonly identity: Identity } | { readonly fit: false; readonly why: string };

export interface Whose {
  readonly identityDir: string;
  readonly tenant: string;
  readonly box: string;
}

/**
 * Reads the identity; makes the key and its request where they are missing. While no fitting
 * certificate stands beside it, the request follows the box's name.
 * @throws what the file system throws: no room, no right to write.
 */
export async function readIdentity(whose: Whose): Promise<Reading> {
  const dir = whose.identityDir;
  const key = openKey(dir);
  const cert = readIfThere(join(dir, 'box.crt'));
  const ca = readIfThere(join(dir, 'ca.crt'));
  const why = faultOf(cert, ca, key, whose);
  if (why === undefined && cert !== undefined && ca !== undefined)
    return { fit: true, identity: { key: key.export({ type: 'pkcs8', format: 'pem' }) as string, cert, ca } };
  await keepRequest(join(dir, 'box.csr'), key, whose);
  return { fit: false, why: why ?? notEnrolled(['box.crt', 'ca.crt'], dir) };
}

/** The box's key; made when it is missing. @throws what the file system throws, and Error for a file that is no key */
export function openKey(identityDir: string): KeyObject {
  mkdirSync(identityDir, { recursive: true, mode: 0o700 });
  return keyOf(join(identityDir, 'box.key'));
}

async function keepRequest(path: string, key: KeyObject, whose: Whose): Promise<void> {
  // An enrolled box never needs the library behind it, which is the largest that the uplink would load.
  const { certificateRequest, isRequestFor } = await import('./csr.ts');
  if (isRequestFor(readIfThere(path) ?? '', key, whose.tenant, whose.box)) return;
  writeFileAtomic(path, await certificateRequest(key, whose.tenant, whose.box));
}

function keyOf(path: string): KeyObject {
  const kept = readIfThere(path);
  if (kept !== undefined) {
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    try {
      return createPrivateKey(kept);
    } catch (error) {
      throw new CodedError(coded('bad-key', path), { cause: error });
    }
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileAtomic(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  return privateKey;
}

/** Dates are left to the peer to judge: a box whose clock is wrong must not lock itself out. */
function faultOf(
  certText: string | undefined,
  caText: string | undefined,
  key: KeyObject,
  whose: Whose,
): string | undefined {
  if (certText === undefined || caText === undefined) {
    const missing = [
      ...(certText === undefined ? ['box.crt'] : []),
      ...(caText === undefined ? ['ca.crt'] : []),
    ];
    return notEnrolled(missing, whose.identityDir);
  }
  const cert = parsed(certText);
  const ca = parsed(caText);
  if (!cert) return coded('bad-cert');
  if (!ca) return coded('bad-ca');
  if (!cert.checkPrivateKey(key)) return coded('other-key');
  const name = /^CN=(.*)$/m.exec(cert.subject)?.[1];
  if (name !== whose.box) return coded('other-box', name ?? '', whose.box);
  if (!cert.checkIssued(ca) || !cert.verify(ca.publicKey)) return coded('other-ca');
  return undefined;
}

const notEnrolled = (missing: readonly string[], dir: string): string =>
  coded('not-enrolled', missing.join(', '), dir);

function parsed(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}
