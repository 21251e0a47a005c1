/** Where boxes connect to have their page seen: TLS with the box's certificate. The box answers, headquarters asks. */
import { connect as speak, type ClientHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { COMMAND_HEADER } from '@branchline/contracts/page-wire';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { ListenAddress } from '@branchline/runtime/web/listen';
import { identityOf } from '../broker/access-rules.ts';

export interface PageDoorOptions {
  readonly listen: ListenAddress;
  readonly tenant: string;
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly standing: (box: string, fingerprint: string) => Promise<string>;
  /** False for a connection that nobody has asked for: it is ended. */
  readonly arrived: (box: string, command: string, session: ClientHttp2Session) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

const HANDSHAKE_MS = 10_000;
const HELLO_MS = 5_000;
/** One a box; some are on their way out while others come in. */
const MOST_CONNECTIONS = 100;

export class PageDoor {
  readonly #options: PageDoorOptions;
  readonly #sessions = new Set<ClientHttp2Session>();
  #server: Server | undefined;
  #opening: Promise<void> | undefined;

  constructor(options: PageDoorOptions) {
    this.#options = options;
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo).port;
  }

  /** Once it has resolved boxes can connect. It listens for as long as a page is open or being opened, and at no other time. */
  open(): Promise<void> {
    this.#opening ??= this.#listen().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #listen(): Promise<void> {
    const { tls, listen, log } = this.#options;
    const rules = { requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;
    const server = createServer(
      { ...tls, ...rules, handshakeTimeout: HANDSHAKE_MS },
      (socket) => void this.#accept(socket),
    );
    server.maxConnections = MOST_CONNECTIONS;
    server.on('tlsClientError', (error) => log.info({ why: error.message }, 'a connection was refused'));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(listen.port, listen.host, resolve);
    });
    this.#server = server;
    log.info({ ...listen, port: this.port }, "boxes' pages are taken in");
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#opening = undefined;
    for (const session of this.#sessions) session.destroy();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  async #accept(socket: TLSSocket): Promise<void> {
    const { tenant, standing, log } = this.#options;
    socket.on('error', () => undefined);
    const { subject, fingerprint256 } = socket.getPeerCertificate();
    const box = identityOf(subject, tenant)?.box;
    if (box === undefined || (await standing(box, fingerprint256).catch(() => 'unknown')) !== 'in-force') {
      log.warn({ box, address: socket.remoteAddress }, 'a box without standing was refused');
      return void socket.destroy();
    }
    if (socket.destroyed) return;
    const session = speak('http://box', { createConnection: () => socket });
    this.#sessions.add(session);
    session.on('error', (error) => log.debug({ err: error, box }, "the line to a box's page broke"));
    session.once('close', () => this.#sessions.delete(session));
    this.#greet(box, session);
  }

  /** The box says which command it comes by. */
  #greet(box: string, session: ClientHttp2Session): void {
    const { arrived, clock } = this.#options;
    const late = clock.after(HELLO_MS, () => session.destroy());
    session.once('close', () => late.cancel());
    const hello = session.request({ ':method': 'OPTIONS', ':path': '*' }, { endStream: true });
    hello.on('error', () => session.destroy());
    hello.once('response', ({ [COMMAND_HEADER]: command }) => {
      late.cancel();
      hello.close();
      if (typeof command !== 'string' || !arrived(box, command, session)) session.destroy();
    });
  }
}
