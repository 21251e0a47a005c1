/** The service's own certificate: self-signed, made at first start, made again before it ends or when its names change. */
import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { writeFileAtomic } from '../atomic-file.ts';
import type { Clock } from '../clock.ts';

export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the certificate, as browsers show it: a person can compare. */
  readonly fingerprint: string;
}

const DAY_MS = 86_400_000;
/** Browsers refuse longer-lived certificates than 825 days. */
const LIFE_DAYS = 820;
const RENEW_BEFORE_DAYS = 60;

/** `name.crt` and `name.key` (0600) in `dir`. The names are DNS names or addresses under which the service is reached. */
export async function serviceCertificate(
  options: { dir: string; name: string; names: readonly string[] },
  clock: Clock,
): Promise<TlsIdentity> {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  const files = {
    cert: join(options.dir, `${options.name}.crt`),
    key: join(options.dir, `${options.name}.key`),
  };
  if (!stillGood(files, options.names, clock.now())) await make(files, options, clock.now());
  chmodSync(files.key, 0o600);
  const cert = readFileSync(files.cert, 'utf8');
  const fingerprint = new X509Certificate(cert).fingerprint256;
  return { cert, key: readFileSync(files.key, 'utf8'), fingerprint };
}

function stillGood(files: { cert: string; key: string }, names: readonly string[], now: number): boolean {
  if (!existsSync(files.cert) || !existsSync(files.key)) return false;
  try {
    const cert = new X509Certificate(readFileSync(files.cert));
    const named = names.every((name) => (isIP(name) ? cert.checkIP(name) : cert.checkHost(name)));
    return named && Date.parse(cert.validTo) - now > RENEW_BEFORE_DAYS * DAY_MS;
  } catch {
    return false;
  }
}

async function make(
  files: { cert: string; key: string },
  options: { name: string; names: readonly string[] },
  now: number,
): Promise<void> {
  // Loaded when it is needed, once in years: a running service has no use for its megabytes.
  const { alternativeNames, newKeyPair, privateKeyPem, SIGNING, x509 } = await import('./x509.ts');
  const keys = await newKeyPair();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ O: ['Branchline'] }, { CN: [options.name] }],
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + LIFE_DAYS * DAY_MS),
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      alternativeNames(options.names, (name) => isIP(name) !== 0),
    ],
  });
  writeFileAtomic(files.key, await privateKeyPem(keys.privateKey), 0o600);
  writeFileAtomic(files.cert, `${cert.toString('pem')}\n`);
}
