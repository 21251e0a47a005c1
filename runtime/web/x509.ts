/**
 * Certificates in plain words. @peculiar/x509 refuses to load without the Reflect metadata functions of a proposal that
 * Node does not have; it needs these three and no more, so they are put in place here, before it loads. Import it from
 * here, never directly.
 */
import './reflect-metadata.ts';
import type { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

export { x509 };

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
export const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

export function newKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** PKCS #8 in PEM, as Node's tls and the certificates' tools read it. */
export async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY') + '\n';
}

export function importPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = x509.PemConverter.decodeFirst(pem);
  return crypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
}

/** Names for a certificate's subjectAltName: addresses as IP, everything else as DNS (RFC 5280, 4.2.1.6). */
export function alternativeNames(names: readonly string[], isAddress: (name: string) => boolean) {
  return new x509.SubjectAlternativeNameExtension(
    names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
  );
}
