/** Gives a box its certificate: the request is checked, the name is headquarters' choice, the key stays the box's. */
import { X509Certificate } from 'node:crypto';
import { TOPIC_NAME } from '@branchline/contracts/topics';
import { x509 } from '@branchline/runtime/web/x509';
import type { Authority } from './authority.ts';

/** Told to the person who enrols: what is wrong with what was given, and what would be right. */
export class EnrolmentRefused extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'EnrolmentRefused';
  }
}

export interface Enrolled {
  /** PEM. */
  readonly cert: string;
  /** SHA-256 of the certificate, as TLS tells it. */
  readonly fingerprint: string;
}

export async function enrol(
  authority: Authority,
  wanted: { tenant: string; box: string; csr: string },
): Promise<Enrolled> {
  if (!TOPIC_NAME.test(wanted.box))
    throw new EnrolmentRefused(
      `'${wanted.box}' cannot be a box's name: write 1 to 40 of a-z, 0-9 and -, beginning with a letter or digit`,
    );
  const request = readRequest(wanted.csr);
  if (!(await request.verify()))
    throw new EnrolmentRefused('the request was not signed by its own key: make it again on the box');
  const algorithm = request.publicKey.algorithm as { name: string; namedCurve?: string };
  if (algorithm.name !== 'ECDSA' || algorithm.namedCurve !== 'P-256')
    throw new EnrolmentRefused(`the request's key is ${algorithm.name}: make an EC P-256 key on the box`);
  const named = request.subjectName.getField('CN')[0];
  if (named !== undefined && named !== wanted.box)
    throw new EnrolmentRefused(
      `the request is of '${named}', not of '${wanted.box}': take that box's own box.csr`,
    );
  const cert = await authority.issue({
    subject: [{ O: [wanted.tenant] }, { CN: [wanted.box] }],
    publicKey: request.publicKey,
    use: 'client',
  });
  return { cert, fingerprint: new X509Certificate(cert).fingerprint256 };
}

function readRequest(csr: string): InstanceType<typeof x509.Pkcs10CertificateRequest> {
  try {
    return new x509.Pkcs10CertificateRequest(csr);
  } catch (error) {
    throw new EnrolmentRefused('the file is not a certificate request (PKCS #10, PEM): give box.csr', error);
  }
}
