/** What SIP and RTP share of UDP. */
import { createSocket, type Socket } from 'node:dgram';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Opens a UDP socket; port 0 for any free one. The error names address and port. */
export async function openUdp(host: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: literalAddress });
  await new Promise<void>((resolve, reject) => {
    const failed = (cause: Error): void =>
      reject(new Error(`UDP ${host}:${port} cannot be opened: ${cause.message}`, { cause }));
    socket.once('error', failed);
    socket.bind(port, host, () => {
      socket.off('error', failed);
      resolve();
    });
  });
  // What a later error takes away is one datagram, and the protocols above expect to lose some.
  socket.on('error', () => undefined);
  return socket;
}

/** A UDP port that was free a moment ago, for a program that wants to be told one. */
export async function freeUdpPort(host: string): Promise<number> {
  const socket = await openUdp(host, 0);
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** The first of `count` UDP ports in a row, free a moment ago. */
export async function freeUdpRange(host: string, count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = 20_000 + 2 * Math.floor(Math.random() * ((32_000 - 20_000 - count) / 2));
    const ports = Array.from({ length: count }, (_, i) => first + i);
    const opened = await Promise.allSettled(ports.map((port) => openUdp(host, port)));
    const sockets = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
    if (sockets.length === count) return first;
  }
  throw new Error(`No ${count} free UDP ports in a row were found on ${host}.`);
}

/** Addresses in the lab are literal: no name service is asked, and a datagram leaves in the same turn. */
function literalAddress(
  host: string,
  _options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, host, 4);
}
