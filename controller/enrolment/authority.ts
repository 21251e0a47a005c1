/** Headquarters' own certificate authority: EC P-256, made at first start, trusted by the fleet and by nobody else. */
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { webcrypto } from 'node:crypto';
import { CERTIFICATE_LIFE_DAYS, DAY_MS, RENEW_BELOW_DAYS } from '@branchline/contracts/enrolment';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock } from '@branchline/runtime/clock';
import type { x509 } from '@branchline/runtime/web/x509';

export interface Authority {
  /** PEM. */
  readonly cert: string;
  readonly issue: (wanted: Wanted) => Promise<string>;
  /** A list of revoked certificates (RFC 5280) in PEM, of the certificates with these numbers, hex. */
  readonly listOf: (revoked: readonly string[]) => Promise<string>;
}

export interface Wanted {
  /** A distinguished name, in order. */
  readonly subject: { O?: string[]; CN?: string[] }[];
  readonly publicKey: webcrypto.CryptoKey | InstanceType<typeof x509.PublicKey>;
  readonly use: 'client' | 'server';
  readonly names?: readonly string[];
}

export interface KeyAndCertificate {
  readonly cert: string;
  readonly key: string;
}

const YEARS_10_MS = 3_650 * DAY_MS;
const LIFE_MS: Readonly<Record<Wanted['use'], number>> = {
  client: CERTIFICATE_LIFE_DAYS * DAY_MS,
  server: YEARS_10_MS,
};
const AUTHORITY_LIFE_MS = 2 * YEARS_10_MS;
/** A box whose clock is behind must still accept what was signed today. */
const BACKDATED_MS = 366 * DAY_MS;

/** Loaded when something is to be signed, which is seldom: a running service has no use for its megabytes. */
const signing = () => import('@branchline/runtime/web/x509');

export async function openAuthority(dir: string, tenant: string, clock: Clock): Promise<Authority> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const paths = { cert: join(dir, 'ca.crt'), key: join(dir, 'ca.key') };
  let cert = readIfThere(paths.cert);
  let key = readIfThere(paths.key);
  if ((cert === undefined) !== (key === undefined))
    throw new Error(
      `${dir} holds only one of ca.crt and ca.key: restore the other from the backup, or the fleet must enrol again`,
    );
  if (cert === undefined || key === undefined) {
    ({ cert, key } = await makeAuthority(tenant, clock.now()));
    writeFileAtomic(paths.key, key, 0o600);
    writeFileAtomic(paths.cert, cert);
  }
  chmodSync(paths.key, 0o600);
  const own = { cert, key };
  return {
    cert,
    issue: (wanted) => issue(own, wanted, clock.now()),
    listOf: (revoked) => listOf(own, revoked, clock.now()),
  };
}

async function makeAuthority(tenant: string, now: number): Promise<KeyAndCertificate> {
  const { newKeyPair, privateKeyPem, SIGNING, x509 } = await signing();
  const keys = await newKeyPair();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ O: [tenant] }, { CN: ['Branchline headquarters'] }],
    notBefore: new Date(now - BACKDATED_MS),
    notAfter: new Date(now + AUTHORITY_LIFE_MS),
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: `${cert.toString('pem')}\n`, key: await privateKeyPem(keys.privateKey) };
}

async function issue(own: KeyAndCertificate, wanted: Wanted, now: number): Promise<string> {
  const { alternativeNames, importPrivateKey, SIGNING, x509 } = await signing();
  const issuer = new x509.X509Certificate(own.cert);
  const signingKey = await importPrivateKey(own.key);
  const purpose = wanted.use === 'client' ? 'clientAuth' : 'serverAuth';
  const cert = await x509.X509CertificateGenerator.create({
    subject: wanted.subject,
    issuer: issuer.subjectName,
    notBefore: new Date(now - BACKDATED_MS),
    notAfter: new Date(Math.min(now + LIFE_MS[wanted.use], issuer.notAfter.getTime())),
    publicKey: wanted.publicKey,
    signingKey,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[purpose]]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(wanted.names ? [alternativeNames(wanted.names, (name) => isIP(name) !== 0)] : []),
    ],
  });
  return `${cert.toString('pem')}\n`;
}

interface Kept {
  /** Of the two files, before .crt and .key. */
  readonly file: string;
  readonly subject: Wanted['subject'];
  readonly use: Wanted['use'];
  readonly names: readonly string[];
  /** Made anew when less than this is left. */
  readonly renewBelowMs: number;
}

/**
 * Whoever reads it refuses everybody once its next is overdue: it says that the next comes when the authority ends, for a list
 * that is late must not cut the fleet off.
 */
async function listOf(own: KeyAndCertificate, revoked: readonly string[], now: number): Promise<string> {
  const { importPrivateKey, SIGNING, x509 } = await signing();
  const issuer = new x509.X509Certificate(own.cert);
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer.subjectName,
    thisUpdate: new Date(now),
    nextUpdate: issuer.notAfter,
    entries: revoked.map((serialNumber) => ({ serialNumber, revocationDate: new Date(now) })),
    signingKey: await importPrivateKey(own.key),
    signingAlgorithm: SIGNING,
    extensions: [await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey)],
  });
  // As OpenSSL names it (RFC 7468, 6); the library writes another word.
  const lines =
    Buffer.from(list.rawData)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN X509 CRL-----', ...lines, '-----END X509 CRL-----', ''].join('\n');
}

/** The broker's own certificate, made anew when its names change or its end is near. */
export const brokerCertificate = (
  authority: Authority,
  dir: string,
  names: readonly string[],
  clock: Clock,
): Promise<KeyAndCertificate> =>
  kept(authority, dir, clock, {
    file: 'broker',
    subject: [{ CN: ['Branchline broker'] }],
    use: 'server',
    names,
    renewBelowMs: 365 * DAY_MS,
  });

/** Headquarters' own towards a broker outside, under a name that no box can bear; made anew when its end is near. */
export const controllerCertificate = (
  authority: Authority,
  dir: string,
  { tenant, name }: { tenant: string; name: string },
  clock: Clock,
): Promise<KeyAndCertificate> =>
  kept(authority, dir, clock, {
    file: 'controller',
    subject: [{ O: [tenant] }, { CN: [name] }],
    use: 'client',
    names: [],
    renewBelowMs: RENEW_BELOW_DAYS * DAY_MS,
  });

async function kept(
  authority: Authority,
  dir: string,
  clock: Clock,
  { file, subject, use, names, renewBelowMs }: Kept,
): Promise<KeyAndCertificate> {
  const paths = { cert: join(dir, `${file}.crt`), key: join(dir, `${file}.key`) };
  const there = { cert: readIfThere(paths.cert), key: readIfThere(paths.key) };
  if (there.cert !== undefined && there.key !== undefined) {
    const until = clock.now() + renewBelowMs;
    if (fits(there.cert, authority.cert, names, until)) return { cert: there.cert, key: there.key };
  }
  const { newKeyPair, privateKeyPem } = await signing();
  const keys = await newKeyPair();
  const key = await privateKeyPem(keys.privateKey);
  const cert = await authority.issue({
    subject,
    publicKey: keys.publicKey,
    use,
    ...(names.length > 0 && { names }),
  });
  writeFileAtomic(paths.key, key, 0o600);
  writeFileAtomic(paths.cert, cert);
  return { cert, key };
}

function fits(cert: string, authority: string, names: readonly string[], until: number): boolean {
  try {
    const kept = new X509Certificate(cert);
    const named = names.every(
      (name) => (isIP(name) ? kept.checkIP(name) : kept.checkHost(name)) !== undefined,
    );
    const issued = kept.verify(new X509Certificate(authority).publicKey);
    return named && issued && Date.parse(kept.validTo) > until;
  } catch {
    return false;
  }
}
