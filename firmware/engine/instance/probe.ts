/** Asks a SIP engine whether it is alive: OPTIONS over UDP (RFC 3261 §11), any answer counts. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { WATCH_USER } from '../files/pjsip-conf.ts';

export interface SipPlace {
  readonly address: string;
  readonly port: number;
}

/** Milliseconds to the first answer; undefined when none came within `timeoutMs`. Leaves no socket behind. */
export function probeSip(engine: SipPlace, timeoutMs: number): Promise<number | undefined> {
  const everywhere = engine.address === '0.0.0.0';
  const target = everywhere ? '127.0.0.1' : engine.address;
  const socket = createSocket('udp4');
  const asked = performance.now();
  return new Promise((resolve) => {
    const end = (result: number | undefined): void => {
      clearTimeout(timer);
      socket.close();
      resolve(result);
    };
    const timer = setTimeout(() => end(undefined), timeoutMs);
    socket.once('error', () => end(undefined));
    socket.once('message', () => end(performance.now() - asked));
    // The engine answers this user only from an address of its own.
    socket.bind(0, target, () => {
      const { address, port } = socket.address();
      socket.send(optionsRequest(target, engine.port, `${address}:${port}`), engine.port, target);
    });
  });
}

function optionsRequest(target: string, port: number, from: string): string {
  const nonce = randomBytes(8).toString('hex');
  return [
    `OPTIONS sip:${target}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${from};branch=z9hG4bK${nonce};rport`,
    'Max-Forwards: 1',
    `From: <sip:${WATCH_USER}@${target}>;tag=${nonce}`,
    `To: <sip:${target}:${port}>`,
    `Call-ID: ${nonce}@${target}`,
    'CSeq: 1 OPTIONS',
    `Contact: <sip:${WATCH_USER}@${from}>`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
