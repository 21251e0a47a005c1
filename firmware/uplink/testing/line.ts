/** A TCP line between the box and headquarters that can go dead without a word, as a router does that lost its way. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Line {
  readonly port: number;
  /** From now on nothing gets through, on old connections and new. */
  swallow(): void;
  /** What comes from now on gets through again. */
  pass(): void;
  /** Both ends are told that the connections there are now are gone. */
  drop(): void;
  close(): void;
}

export async function swallowingLine(to: number): Promise<Line> {
  const sockets = new Set<Socket>();
  let dead = false;
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => other.destroy());
      socket.on('data', (bytes) => {
        if (!dead) other.write(bytes);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    swallow: () => void (dead = true),
    pass: () => void (dead = false),
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
