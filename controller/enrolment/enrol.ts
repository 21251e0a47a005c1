/** Gives a box its certificate: the request is checked, the name is headquarters' choice, the key stays the box's. */
import { createHash, X509Certificate } from 'node:crypto';
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
  /** SHA-256 of the public key, hex. */
  readonly key: string;
  /** Its number at the authority, hex. */
  readonly number: string;
  /** Ms since 1970. */
  readonly endsAt: number;
}

export async function enrol(
  authority: Authority,
  wanted: { tenant: string; box: string; csr: string },
): Promise<Enrolled> {
  if (!TOPIC_NAME.test(wanted.box))
    throw new EnrolmentRefused(
      `'${wanted.box}' cannot be a box's name: write 1 to 40 of a-z, 0-9 and -, beginning with a letter or digit`,
    );
  const request = await readRequest(wanted.csr);
  if (request.name !== undefined && request.name !== wanted.box)
    throw new EnrolmentRefused(
      `the request is of '${request.name}', not of '${wanted.box}': take that box's own box.csr`,
    );
  const cert = await authority.issue({
    subject: [{ O: [wanted.tenant] }, { CN: [wanted.box] }],
    publicKey: request.publicKey,
    use: 'client',
  });
  const { fingerprint256, serialNumber, validTo } = new X509Certificate(cert);
  return {
    cert,
    fingerprint: fingerprint256,
    key: request.key,
    number: serialNumber,
    endsAt: Date.parse(validTo),
  };
}

export interface CertificateRequest {
  readonly publicKey: x509.PublicKey;
  /** SHA-256 of the public key, hex. */
  readonly key: string;
  readonly name: string | undefined;
}

/** @throws EnrolmentRefused for what is no request, not signed by its own key, or for a key of another kind */
export async function readRequest(csr: string): Promise<CertificateRequest> {
  const request = parsed(csr);
  if (!(await request.verify()))
    throw new EnrolmentRefused('the request was not signed by its own key: make it again on the box');
  const algorithm = request.publicKey.algorithm as { name: string; namedCurve?: string };
  if (algorithm.name !== 'ECDSA' || algorithm.namedCurve !== 'P-256')
    throw new EnrolmentRefused(`the request's key is ${algorithm.name}: make an EC P-256 key on the box`);
  const key = createHash('sha256').update(Buffer.from(request.publicKey.rawData)).digest('hex');
  return { publicKey: request.publicKey, key, name: request.subjectName.getField('CN')[0] };
}

function parsed(csr: string): x509.Pkcs10CertificateRequest {
  try {
    return new x509.Pkcs10CertificateRequest(csr);
  } catch (error) {
    throw new EnrolmentRefused('the file is not a certificate request (PKCS #10, PEM): give box.csr', error);
  }
}
