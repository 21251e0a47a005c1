/** `relay-process.ts HOST PORT TO-HOST TO-PORT`: what comes on the one is passed to the other; prints the port that it listens on. */
import { connect, createServer, type AddressInfo } from 'node:net';

const [host, port, toHost, toPort] = process.argv.slice(2);
const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (near) => {
  const far = connect({ host: toHost ?? '', port: Number(toPort), allowHalfOpen: true, noDelay: true });
  near.on('error', () => far.destroy()).on('close', () => far.destroy());
  far.on('error', () => near.resetAndDestroy()).on('close', () => near.destroy());
  far.once('connect', () => {
    near.pipe(far);
    far.pipe(near);
  });
});
server.listen({ host, port: Number(port), backlog: 1 }, () =>
  console.log((server.address() as AddressInfo).port),
);
// Whoever started it has gone.
process.stdin.on('end', () => process.exit(0)).resume();
