/** The box's request for a certificate (PKCS #10, RFC 2986): O is the tenant, CN the box. Loads the X.509 library: import it when needed. */
import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import { importPrivateKey, SIGNING, x509 } from '@branchline/runtime/web/x509';

const nameOf = (tenant: string, box: string): x509.Name => new x509.Name([{ O: [tenant] }, { CN: [box] }]);

/** The request as PEM, signed by the P-256 key it is for. */
export const certificateRequest = (key: KeyObject, tenant: string, box: string): Promise<string> =>
  requestFor(key, nameOf(tenant, box).toString());

/** The request of a box that does not know its name yet. */
export const nameless = (key: KeyObject): Promise<string> => requestFor(key, '');

async function requestFor(key: KeyObject, name: string): Promise<string> {
  const privateKey = await importPrivateKey(key.export({ type: 'pkcs8', format: 'pem' }) as string);
  const publicKey = await crypto.subtle.importKey(
    'spki',
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['verify'],
  );
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name,
    keys: { privateKey, publicKey },
    signingAlgorithm: SIGNING,
  });
  return `${request.toString('pem')}\n`;
}

/** Whether a request in PEM asks for just this name and key; its signature differs each time it is made. */
export function isRequestFor(text: string, key: KeyObject, tenant: string, box: string): boolean {
  try {
    const request = new x509.Pkcs10CertificateRequest(text);
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
    return (
      request.subject === nameOf(tenant, box).toString() &&
      spki.equals(Buffer.from(request.publicKey.rawData))
    );
  } catch {
    return false;
  }
}
