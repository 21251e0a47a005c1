/**
 * One UDP socket for many devices: each has a view of it that hears its own address alone. A view looks like a socket of
 * node:dgram as far as net-snmp uses one. What a reader of datagrams throws is one datagram lost.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';

export interface PeersOptions {
  /** IPv4 address to listen on; any when left out. */
  readonly host?: string;
  /** 0, the default, for any free port. */
  readonly port?: number;
  /** A datagram that nobody waits for, or whose reader has failed. */
  readonly onLost: (from: string, why: 'stranger' | 'unreadable') => void;
}

export interface View {
  /** In the place of node:dgram where a package makes its own sockets. */
  readonly dgramModule: { createSocket(): EventEmitter };
  close(): void;
}

export class Peers {
  readonly #socket: Socket;
  readonly #onLost: PeersOptions['onLost'];
  /** By IPv4 address. */
  readonly #views = new Map<string, Set<PeerSocket>>();

  private constructor(socket: Socket, onLost: PeersOptions['onLost']) {
    this.#socket = socket;
    this.#onLost = onLost;
    // A late error of a socket that is bound takes one datagram with it, no more.
    socket.on('error', () => undefined);
    socket.on('message', (data, from) => this.#deliver(data, from));
  }

  /** @throws Error naming address and port when they cannot be had. */
  static async open({ host, port = 0, onLost }: PeersOptions): Promise<Peers> {
    const socket = createSocket({ type: 'udp4', lookup: literal });
    const bound = once(socket, 'listening');
    socket.bind(port, host);
    try {
      await bound;
    } catch (cause) {
      socket.close();
      throw new Error(`UDP ${host ?? '0.0.0.0'}:${port} cannot be opened: ${(cause as Error).message}`, {
        cause,
      });
    }
    return new Peers(socket, onLost);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  view(host: string): View {
    const made: PeerSocket[] = [];
    return {
      dgramModule: {
        createSocket: () => {
          const socket = new PeerSocket(this.#socket, (closed) => this.#views.get(host)?.delete(closed));
          this.#views.set(host, (this.#views.get(host) ?? new Set()).add(socket));
          made.push(socket);
          return socket;
        },
      },
      close: () => {
        for (const socket of made.splice(0)) socket.close();
      },
    };
  }

  /** Hands every datagram from `host` to `reader`. */
  listen(host: string, reader: (data: Buffer) => void): () => void {
    const view = this.view(host);
    view.dgramModule.createSocket().on('message', reader);
    return () => view.close();
  }

  async close(): Promise<void> {
    for (const views of this.#views.values()) for (const view of [...views]) view.close();
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #deliver(data: Buffer, from: RemoteInfo): void {
    const views = this.#views.get(from.address);
    if (!views || views.size === 0) return this.#onLost(from.address, 'stranger');
    for (const view of [...views]) {
      try {
        view.emit('message', data, from);
      } catch {
        this.#onLost(from.address, 'unreadable');
      }
    }
  }
}

class PeerSocket extends EventEmitter {
  readonly #socket: Socket;
  readonly #onClose: (self: PeerSocket) => void;
  #closed = false;

  constructor(socket: Socket, onClose: (self: PeerSocket) => void) {
    super();
    this.#socket = socket;
    this.#onClose = onClose;
    this.on('error', () => undefined);
  }

  send(
    data: Buffer,
    offset: number,
    length: number,
    port: number,
    host: string,
    done: (error: Error | null, bytes?: number) => void,
  ): void {
    if (this.#closed) return done(new Error('the watch has ended'));
    this.#socket.send(data, offset, length, port, host, (error, bytes) => done(error, bytes));
  }

  address(): ReturnType<Socket['address']> {
    return this.#socket.address();
  }

  /** The socket behind is bound already, and lives as long as any view. */
  bind(): void {
    return undefined;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  close(done?: () => void): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose(this);
    this.emit('close');
    this.removeAllListeners();
    done?.();
  }
}

/** Gateways are found by address: no name service is asked. */
function literal(
  host: string,
  _options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, host, 4);
}
