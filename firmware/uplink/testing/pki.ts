/** Throw-away certificates for tests: one root, any number of servers and boxes beneath it. */
import type { webcrypto } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alternativeNames, newKeyPair, privateKeyPem, SIGNING, x509 } from '@branchline/runtime/web/x509';

const DAY_MS = 86_400_000;

export interface Pki {
  readonly ca: string;
  /** A server's certificate for an address and its key. */
  server(address?: string): Promise<{ cert: string; key: string }>;
  /** What enrolment does: signs dir/box.csr, puts box.crt and ca.crt beside it. */
  enrol(dir: string, changes?: { box?: string }): Promise<void>;
}

export async function throwAwayPki(): Promise<Pki> {
  const root = await newKeyPair();
  const dates = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=test root',
    keys: root,
    signingAlgorithm: SIGNING,
    ...dates,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const issue = async (
    subject: string,
    publicKey: x509.PublicKey | webcrypto.CryptoKey,
    more: x509.Extension[],
  ): Promise<string> => {
    const cert = await x509.X509CertificateGenerator.create({
      subject,
      issuer: ca.subject,
      publicKey,
      signingKey: root.privateKey,
      signingAlgorithm: SIGNING,
      ...dates,
      extensions: more,
    });
    return `${cert.toString('pem')}\n`;
  };
  return {
    ca: `${ca.toString('pem')}\n`,
    async server(address = '127.0.0.1') {
      const keys = await newKeyPair();
      const names = alternativeNames([address], () => true);
      return {
        cert: await issue('CN=broker', keys.publicKey, [names]),
        key: await privateKeyPem(keys.privateKey),
      };
    },
    async enrol(dir, changes = {}) {
      const request = new x509.Pkcs10CertificateRequest(readFileSync(join(dir, 'box.csr'), 'utf8'));
      if (!(await request.verify())) throw new Error('the request is not signed by its own key');
      const subject = changes.box === undefined ? request.subject : `O=acme, CN=${changes.box}`;
      writeFileSync(join(dir, 'box.crt'), await issue(subject, request.publicKey, []));
      writeFileSync(join(dir, 'ca.crt'), `${ca.toString('pem')}\n`);
    },
  };
}
