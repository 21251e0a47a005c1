/**
 * One page of a gateway: by HTTP, or by HTTPS with the certificate that the document names. Nobody has signed a gateway's certificate: the one that
 * was seen when it was set up is trusted, and no other. The password goes out only after that.
 */
import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';

export interface PageOrder {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the certificate, 64 hex digits in lower case. */
  readonly certificate?: string;
}

/** What a gateway did that it should not have, in a few words. */
export class Refusal extends Error {}

/** @throws Refusal, or Error when it is not reached. */
export async function page(order: PageOrder, signal: AbortSignal): Promise<IncomingMessage> {
  const { host, port, path, headers, certificate } = order;
  const socket = certificate === undefined ? undefined : await pinned(order, certificate, signal);
  // An agent would make a connection of its own.
  const own = socket === undefined ? { agent: false } : { createConnection: () => socket };
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, headers, signal, ...own });
    asked.once('response', resolve);
    asked.once('error', reject);
    asked.end();
  });
}

function pinned({ host, port }: PageOrder, certificate: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // By itself it would ask for a signature that is not there: what is asked for instead is below.
    const socket = connect({ host, port, rejectUnauthorized: false });
    const give = (error: Error): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => give(new Error('given up'));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', give);
    socket.once('secureConnect', () => {
      // Empty where none was shown, whatever its type says.
      const { fingerprint256 } = socket.getPeerCertificate() as Partial<PeerCertificate>;
      const seen = plainFingerprint(fingerprint256 ?? '');
      if (seen !== certificate)
        return give(new Refusal(`the gateway shows another certificate (SHA-256 ${seen})`));
      signal.removeEventListener('abort', onAbort);
      socket.off('error', give);
      resolve(socket);
    });
    if (signal.aborted) onAbort();
  });
}

const plainFingerprint = (text: string): string => text.replaceAll(':', '').toLowerCase();
