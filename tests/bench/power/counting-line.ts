/** The line between a box and headquarters, which counts what goes over it both ways. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** IPv4 and TCP with timestamps, bytes. */
const HEADERS = 20 + 32;
/** A segment, and the acknowledgement that it is answered with. */
const PACKETS = 2;

export class CountingLine {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  /** Where it leads, 'host:port'. */
  target = '';
  #payload = 0;
  #segments = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (box) => this.#join(box));
  }

  static async open(): Promise<CountingLine> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CountingLine(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Bytes so far, with the headers of each segment and of its acknowledgement: an upper bound of what a provider counts. */
  get bytes(): number {
    return this.#payload + this.#segments * PACKETS * HEADERS;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(box: Socket): void {
    const [host = '', port = ''] = this.target.split(':');
    const headquarters = connect(Number(port), host);
    const pass = (from: Socket, to: Socket): void => {
      this.#open.add(from);
      from.on('data', (bytes: Buffer) => {
        this.#payload += bytes.length;
        this.#segments += 1;
        to.write(bytes);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#open.delete(from);
        to.destroy();
      });
    };
    pass(box, headquarters);
    pass(headquarters, box);
  }
}
