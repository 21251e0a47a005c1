/** Certificates for thousands of boxes, of an authority that headquarters made: one key for all, a certificate and a full handshake for each. */
import { openAuthority } from '@branchline/controller/enrolment/authority';
import { systemClock } from '@branchline/runtime/clock';
import { newKeyPair, privateKeyPem } from '@branchline/runtime/web/x509';

export interface Papers {
  /** PEM. */
  readonly ca: string;
  readonly key: string;
  readonly cert: (name: string) => string;
}

export async function papersFor(
  identityDir: string,
  tenant: string,
  names: readonly string[],
): Promise<Papers> {
  const authority = await openAuthority(identityDir, tenant, systemClock);
  const keys = await newKeyPair();
  const made = new Map<string, string>();
  for (const name of names) {
    const subject = [{ O: [tenant] }, { CN: [name] }];
    made.set(name, await authority.issue({ subject, publicKey: keys.publicKey, use: 'client' }));
  }
  return {
    ca: authority.cert,
    key: await privateKeyPem(keys.privateKey),
    cert: (name) => {
      const cert = made.get(name);
      if (cert === undefined) throw new Error(`no certificate was made for ${name}`);
      return cert;
    },
  };
}
