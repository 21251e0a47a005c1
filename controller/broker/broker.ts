/**
 * The embedded broker: aedes behind TLS with a client certificate that is not optional. What boxes publish is taken in
 * here, inside the process, and goes to nobody else; what headquarters says goes to the one box it is for.
 */
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { topicOf, type Leaf, type Payload } from '@branchline/contracts/topics';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { ListenAddress } from '@branchline/runtime/web/listen';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import {
  identityOf,
  isTakenIn,
  mayPublish,
  maySubscribe,
  type Identity,
  type Publication,
  type Restriction,
} from './access-rules.ts';
import { Allowance, type Rate } from './allowance.ts';
import type { Intake } from './intake.ts';
import type { BrokerPort } from './port.ts';
import { certificateOf, type Presented } from './presented.ts';
import { PacketGuard } from './packet-guard.ts';
import { Tally } from './tally.ts';

export interface BrokerOptions {
  readonly listen: ListenAddress;
  readonly tenant: string;
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Whether a box is let in with this certificate (SHA-256), which is the authority's. */
  readonly standing: (box: string, fingerprint: string) => Promise<Standing>;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
  readonly rate?: Rate;
}

/** A frame of 256 KiB with room for its topic; above it the connection is cut before the bytes are gathered. */
const LARGEST_PACKET_BYTES = 512 * 1024;
const RATE: Rate = { messagesPerS: 20_000, bytesPerS: 32 * 1024 * 1024 };
const HANDSHAKE_MS = 10_000;
const CONNECT_MS = 10_000;
/** A box that does not read what it is sent is cut after so long. */
const DRAIN_MS = 20_000;
/** The longest keep-alive a box may ask for, s: so a dead line is found out. */
const LONGEST_KEEPALIVE_S = 300;
const STOP_MS = 3_000;
const MOST_CONNECTIONS = 20_000;

const REFUSED = {
  'not-the-last': 'its certificate is not the one it was last given: enrol the box again',
  revoked: 'its certificate was revoked: enrol the box again',
} as const;

export type Standing = 'in-force' | 'not-the-last' | 'revoked' | 'quarantined';

interface Session {
  readonly identity: Identity;
  readonly restriction: Restriction | undefined;
  readonly allowance: Allowance;
}

export class Broker implements BrokerPort {
  /** Boxes reach it where they reach headquarters. */
  readonly host = null;
  /** It is where this process is. */
  readonly away = undefined;
  readonly #options: BrokerOptions;
  readonly #sessions = new WeakMap<Client, Session>();
  readonly #presented = new WeakMap<TLSSocket, Presented>();
  readonly #tally = new Tally();
  readonly #connected = new Map<string, Client>();
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  #stopping = false;

  constructor(options: BrokerOptions) {
    this.#options = options;
  }

  /** The port in use. */
  get port(): number {
    return (this.#server?.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#connected.size;
  }

  isConnected(box: string): boolean {
    return this.#connected.has(box);
  }

  /** Ends the session of a box, if it has one; what it may do when it comes again, its standing says. */
  cut(box: string): void {
    this.#connected.get(box)?.close();
  }

  /** Sends to a box if it is connected now: what it misses, it is told again when it asks or reports again. */
  send<L extends Leaf>(box: string, leaf: L, payload: Payload<L>): void {
    if (!this.#connected.has(box)) return;
    const packet: PublishPacket = {
      cmd: 'publish',
      topic: topicOf(this.#options.tenant, box, leaf),
      payload: JSON.stringify(payload),
      qos: 1,
      dup: false,
      retain: false,
    };
    this.#aedes?.publish(packet, (error) => {
      if (error) this.#say('not-sent', box, error.message);
    });
  }

  async start(): Promise<void> {
    this.#aedes = await this.#makeAedes();
    const { cert, key, ca } = this.#options.tls;
    this.#server = createServer(
      {
        cert,
        key,
        ca,
        requestCert: true,
        // Judged by presented.ts: one that has ended a while ago may still ask for the next.
        rejectUnauthorized: false,
        minVersion: 'TLSv1.2',
        handshakeTimeout: HANDSHAKE_MS,
        noDelay: true,
      },
      (socket) => this.#accept(socket),
    );
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      // A handshake that takes too long is told here and not ended by Node: its connection would be held for ever.
      socket.destroy();
      // A box that measures how far headquarters is opens a connection and resets it.
      if (error.code !== 'ECONNRESET') this.#say('handshake-refused', 'a stranger', error.message);
    });
    await opened(this.#server, this.#options.listen);
    this.#options.log.info({ ...this.#options.listen, port: this.port }, 'the broker listens');
  }

  /** Wills that this sets off are not taken in: the boxes did not go, headquarters did. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const server = this.#server;
    await new Promise<void>((resolve) => {
      const cut = this.#options.clock.after(STOP_MS, resolve);
      const closed = (): void => {
        cut.cancel();
        resolve();
      };
      if (server) server.close(closed);
      else closed();
      this.#aedes?.close();
    });
  }

  async #makeAedes(): Promise<Aedes> {
    const aedes = await Aedes.createBroker({
      // 0 bounds nothing inside the emitter; with aedes' default of 100 a busy subscriber that drops can overflow the stack.
      concurrency: 0,
      connectTimeout: CONNECT_MS,
      drainTimeout: DRAIN_MS,
      keepaliveLimit: LONGEST_KEEPALIVE_S,
      preConnect: (_client, packet, done) => {
        // Sessions are kept by nobody: what is to be known is in the ledger, and acknowledged there.
        packet.clean = true;
        // The parser takes a will of QoS 3, which there is not (MQTT 3.1.1, 3.1.2.6), and none here has 2.
        if ((packet.will?.qos ?? 0) > 1) done(new Error('a will with a QoS above 1'), false);
        else done(null, true);
      },
      authenticate: (client, _username, _password, done) =>
        void this.#admit(client).then((admitted) => done(null, admitted)),
      authorizePublish: (client, packet, done) => this.#authorize(client, packet, done),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.#maySubscribe(client, subscription.topic) ? subscription : null),
      published: (packet, client, done) => this.#takeIn(client, packet, done),
    });
    aedes.on('client', (client) => this.#ready(client));
    aedes.on('clientDisconnect', (client) => this.#gone(client));
    aedes.on('clientError', (client, error) => this.#say('connection-fault', client.id, error.message));
    aedes.on('connectionError', (_client, error) =>
      this.#say('connection-fault', 'a stranger', error.message),
    );
    return aedes;
  }

  #accept(socket: TLSSocket): void {
    const presented = certificateOf(socket, this.#options.tls.ca, this.#options.clock.now());
    if (typeof presented === 'string') {
      this.#say('handshake-refused', 'a stranger', presented);
      return void socket.destroy();
    }
    this.#presented.set(socket, presented);
    const guard = new PacketGuard(LARGEST_PACKET_BYTES);
    const read = socket.read.bind(socket);
    // The broker reads with read() on 'readable'; guarding there costs no second stream a connection.
    socket.read = (size?: number): unknown => {
      const bytes: unknown = read(size);
      if (!(bytes instanceof Uint8Array) || guard.accepts(bytes)) return bytes;
      socket.destroy(new Error(guard.fault));
      return null;
    };
    this.#aedes?.handle(socket);
  }

  /** The certificate says who it is; the client id must say the same. */
  async #admit(client: Client): Promise<boolean> {
    const presented = this.#presented.get(client.conn as TLSSocket);
    const identity = identityOf(presented?.subject, this.#options.tenant);
    const named = JSON.stringify(client.id.slice(0, 80));
    if (!identity || !presented)
      return this.#refuse('a stranger', `certificate of no box of this tenant, client id ${named}`);
    if (client.id !== identity.box)
      return this.#refuse(identity.box, `client id ${named} is not the box's name`);
    const standing = await this.#standing(identity.box, presented.fingerprint);
    if (standing === undefined)
      return this.#refuse(identity.box, 'whether it is let in cannot be read from the database now');
    if (standing === 'not-the-last' || standing === 'revoked')
      return this.#refuse(identity.box, REFUSED[standing]);
    const allowance = new Allowance(this.#options.rate ?? RATE, this.#options.clock.monotonic());
    const restriction = standing === 'quarantined' ? standing : presented.late ? 'late' : undefined;
    this.#sessions.set(client, { identity, restriction, allowance });
    return true;
  }

  async #standing(box: string, fingerprint: string): Promise<Standing | undefined> {
    try {
      return await this.#options.standing(box, fingerprint);
    } catch (error) {
      this.#options.log.error({ err: error, box }, 'the standing of a box could not be read');
      return undefined;
    }
  }

  #refuse(sender: string, why: string): false {
    this.#say('connection-refused', sender, why);
    return false;
  }

  #authorize(
    client: Client | null,
    packet: Publication & { retain: boolean; payload: string | Buffer; messageId?: number },
    done: Done,
  ): void {
    const session = client ? this.#sessions.get(client) : undefined;
    const leaf = session && mayPublish(session.identity, packet);
    if (!session || !leaf) {
      this.#say('publish-refused', session?.identity.box ?? 'a stranger', packet.topic.slice(0, 200));
      return done(new Error('not a topic of this box'));
    }
    // MQTT 3.1.1, 2.3.1; a will has none.
    if (packet.messageId === 0) {
      this.#say('publish-refused', session.identity.box, 'message number 0');
      return done(new Error('message number 0'));
    }
    // What is retained is kept by the registry; the broker need not keep it too.
    packet.retain = false;
    const wait = session.allowance.take(packet.payload.length, this.#options.clock.monotonic());
    if (wait === 0) return done(null);
    this.#say('slowed', session.identity.box, `${wait} ms`);
    // The socket is not read while a message of it waits: the sender feels it as a slow line.
    this.#options.clock.after(wait, () => done(null));
  }

  #maySubscribe(client: Client, filter: string): boolean {
    const session = this.#sessions.get(client);
    if (session && maySubscribe(session.identity, filter)) return true;
    this.#say('subscribe-refused', session?.identity.box ?? 'a stranger', filter.slice(0, 200));
    return false;
  }

  /** `done` is called when the message has been dealt with, so a box has no more under way than its socket holds. */
  #takeIn(client: Client | null, packet: PublishPacket, done: Done): void {
    const session = client ? this.#sessions.get(client) : undefined;
    const leaf = session && mayPublish(session.identity, packet);
    if (!session || !leaf || this.#stopping) return done();
    const { box } = session.identity;
    if (!isTakenIn(leaf, session.restriction)) {
      this.#say(`not taken in: ${session.restriction ?? ''}`, box, leaf);
      return done();
    }
    const current = this.#connected.get(box);
    // The will of a connection that a newer one has replaced says nothing about the newer one.
    if (leaf === 'presence' && current !== undefined && current !== client) return done();
    const bytes = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const fault = this.#guarded(box, leaf, () => this.#options.intake.take(box, leaf, bytes, () => done()));
    if (fault === undefined) return;
    this.#say(`malformed ${leaf}`, box, fault);
    done();
  }

  /** A fault of ours while taking a message in costs that message, never the broker. */
  #guarded(box: string, leaf: Leaf, take: () => string | undefined): string | undefined {
    try {
      return take();
    } catch (error) {
      this.#options.log.error({ err: error, box, leaf }, 'a message could not be taken in');
      return 'a fault of headquarters';
    }
  }

  #ready(client: Client): void {
    const session = this.#sessions.get(client);
    if (session) this.#connected.set(session.identity.box, client);
  }

  #gone(client: Client): void {
    const box = this.#sessions.get(client)?.identity.box;
    if (box === undefined || (this.#connected.has(box) && this.#connected.get(box) !== client)) return;
    this.#connected.delete(box);
    if (!this.#stopping) this.#options.intake.gone(box);
  }

  #say(kind: string, sender: string, detail: string): void {
    const count = this.#tally.add(kind, sender);
    if (count !== undefined)
      this.#options.log.warn({ kind, sender, count, detail }, 'the broker refused or dropped');
  }

  /** How often a kind of fault was counted for a sender. */
  counted(kind: string, sender: string): number {
    return this.#tally.of(kind, sender);
  }
}

type Done = (error?: Error | null) => void;

function opened(server: Server, at: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
