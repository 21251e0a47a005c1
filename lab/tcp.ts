/** TCP ports for programs that want to be told one. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what Linux gives to connections on their way out (net.ipv4.ip_local_port_range), which come and go meanwhile. */
const [FIRST, BEYOND] = [10_000, 20_000];
const ATTEMPTS = 50;

/** A TCP port of loopback that was free a moment ago, and is nobody's by chance. */
export async function freeTcpPort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(FIRST, BEYOND);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free TCP port was found on 127.0.0.1 from ${FIRST} to ${BEYOND - 1}.`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
