/** Certificates for any number of simulated boxes, of an authority that headquarters made. */
import { createSecureContext, type SecureContext } from 'node:tls';
import { openAuthority } from '@branchline/controller/enrolment/authority';
import { systemClock } from '@branchline/runtime/clock';
import { newKeyPair, privateKeyPem } from '@branchline/runtime/web/x509';

/** The boxes share one key, which saves making thousands; each has a certificate of its own, and a full handshake. */
export async function contextsFor(
  identityDir: string,
  tenant: string,
  names: readonly string[],
): Promise<Map<string, SecureContext>> {
  const authority = await openAuthority(identityDir, tenant, systemClock);
  const keys = await newKeyPair();
  const key = await privateKeyPem(keys.privateKey);
  const contexts = new Map<string, SecureContext>();
  for (const name of names) {
    const subject = [{ O: [tenant] }, { CN: [name] }];
    const cert = await authority.issue({ subject, publicKey: keys.publicKey, use: 'client' });
    contexts.set(name, createSecureContext({ cert, key, ca: authority.cert }));
  }
  return contexts;
}
