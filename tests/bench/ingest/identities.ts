/** An authority as headquarters makes it, and certificates of it for any number of boxes and for the peer's broker. */
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { brokerCertificate, openAuthority } from '@branchline/controller/enrolment/authority';
import { systemClock } from '@branchline/runtime/clock';
import { newKeyPair, privateKeyPem } from '@branchline/runtime/web/x509';

export const TENANT = 'main';

export interface Identities {
  /** ca.crt, broker.crt and broker.key, as headquarters keeps them. */
  readonly dir: string;
  readonly boxes: readonly { readonly name: string; readonly context: SecureContext }[];
}

/** The boxes share one key, which saves making hundreds; each has a certificate of its own, and a full handshake. */
export async function makeIdentities(dir: string, boxes: number): Promise<Identities> {
  const folder = join(dir, 'identity');
  const authority = await openAuthority(folder, TENANT, systemClock);
  await brokerCertificate(authority, folder, ['127.0.0.1', 'localhost'], systemClock);
  const keys = await newKeyPair();
  const key = await privateKeyPem(keys.privateKey);
  const made = [];
  for (let index = 0; index < boxes; index += 1) {
    const name = `box-${index}`;
    const subject = [{ O: [TENANT] }, { CN: [name] }];
    const cert = await authority.issue({ subject, publicKey: keys.publicKey, use: 'client' });
    made.push({ name, context: createSecureContext({ cert, key, ca: authority.cert }) });
  }
  return { dir: folder, boxes: made };
}
