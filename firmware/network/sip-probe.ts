/**
 * One probe of the way to a carrier: OPTIONS (RFC 3261 §11) where the line speaks UDP, from a port of its own. Any answer counts: what is
 * refused has been there and back. Where the line speaks TCP or TLS its port is knocked at, as headquarters' is.
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Clock } from '@branchline/runtime/clock';
import { GIVEN_UP_MS, Names, type Answer, type Probe } from './probe.ts';

export interface LineTarget {
  /** Of the trunk. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
}

export type LineProbe = (line: LineTarget) => Promise<Answer>;

/** @param givenUpMs after which it counts as lost. Never rejects. */
export function lineProber(clock: Clock, knock: Probe, givenUpMs = GIVEN_UP_MS): LineProbe {
  const names = new Names(clock);
  return async (line) => {
    if (line.transport !== 'udp') return knock(line);
    const address = await names.addressOf(line.host);
    if (address === undefined) return { heard: false, why: 'no-name' };
    const answer = await ask(clock, { address, port: line.port }, givenUpMs);
    if (!answer.heard) names.doubt(line.host);
    return answer;
  };
}

interface Place {
  readonly address: string;
  readonly port: number;
}

function ask(clock: Clock, { address, port }: Place, givenUpMs: number): Promise<Answer> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    let began = clock.monotonic();
    const end = (answer: Answer): void => {
      late.cancel();
      socket.removeAllListeners();
      socket.on('error', () => undefined).close();
      resolve(answer);
    };
    const late = clock.after(givenUpMs, () => end({ heard: false, why: 'no-answer' }));
    const id = randomBytes(8).toString('hex');
    socket.on('error', () => end({ heard: false, why: 'no-way' }));
    socket.on('message', (bytes) => {
      if (isAnswer(bytes.toString('latin1'), id))
        end({ heard: true, ms: clock.monotonic() - began, refused: false });
    });
    // Connected, so that nobody else is heard, and a port where nobody listens is told by its host.
    socket.connect(port, address, () => {
      began = clock.monotonic();
      socket.send(request({ address, port }, socket, id));
    });
  });
}

export const isAnswer = (message: string, id: string): boolean =>
  /^SIP\/2\.0 [1-6]\d\d /.test(message) && message.includes(id);

function request(to: Place, socket: Socket, id: string): string {
  const written = ({ address, port }: Place): string =>
    `${isIPv6(address) ? `[${address}]` : address}:${port}`;
  const from = written(socket.address());
  return [
    `OPTIONS sip:${written(to)} SIP/2.0`,
    `Via: SIP/2.0/UDP ${from};branch=z9hG4bK${id};rport`,
    'Max-Forwards: 70',
    `From: <sip:probe@${from}>;tag=${id}`,
    `To: <sip:${written(to)}>`,
    `Call-ID: ${id}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
