/** Headquarters for tests: aedes over TLS with client certificates, and a store that acknowledges what it has. */
import { EventEmitter, once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import { decode, parseTopic, topicOf, type Leaf, type Payload } from '@branchline/contracts/topics';
import type { Pki } from './pki.ts';

export class Headquarters {
  /** What was received, by leaf, in order. */
  readonly received: { leaf: Leaf; payload: unknown }[] = [];
  /** Every event, by number; the count is how often it came. */
  readonly events = new Map<number, { type: string; times: number }>();
  readonly largestFrameEvents = { value: 0 };
  readonly happened = new EventEmitter().setMaxListeners(50);
  /** Answers frames with acknowledgements; off for a headquarters whose store hangs. */
  acknowledges = true;
  /** Leaves that an earlier release does not know: a subscription to them is refused. */
  unknown: ReadonlySet<Leaf> = new Set();
  readonly #pki: Pki;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #aedes: Aedes | undefined;
  #port = 0;
  #epoch = '';

  constructor(pki: Pki) {
    this.#pki = pki;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker();
    aedes.authenticate = (client, _user, _password, done) => {
      const subject = (client.conn as TLSSocket).getPeerCertificate().subject;
      done(null, subject.CN === client.id);
    };
    aedes.authorizeSubscribe = (_client, subscription, done) => {
      const leaf = parseTopic(subscription.topic)?.leaf;
      done(null, leaf && !this.unknown.has(leaf) ? subscription : null);
    };
    aedes.on('publish', (packet, client) => this.#take(packet.topic, packet.payload as Buffer, client));
    this.#aedes = aedes;
    const { cert, key } = await this.#pki.server();
    const server = createServer(
      { cert, key, ca: this.#pki.ca, requestCert: true, rejectUnauthorized: true },
      (socket) => void aedes.handle(socket),
    );
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Every connection is cut and none is taken, until the next start on the same port. */
  async stop(): Promise<void> {
    const [server, aedes] = [this.#server, this.#aedes];
    this.#server = this.#aedes = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
    if (aedes) await new Promise<void>((resolve) => aedes.close(() => resolve()));
  }

  /** Cuts the wire without a word; whoever was connected may come back. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  say(leaf: Leaf, payload: object | string): void {
    const bytes = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const packet = { cmd: 'publish', topic: topicOf('acme', 'box-1', leaf), payload: bytes, qos: 1 } as const;
    this.#aedes?.publish({ ...packet, retain: false, dup: false }, () => undefined);
  }

  /** The next time this holds; asked again with everything that is received. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.happened, 'something', { signal: AbortSignal.timeout(10_000) });
  }

  last<L extends Leaf>(leaf: L): Payload<L> | undefined {
    return this.received.findLast((one) => one.leaf === leaf)?.payload as Payload<L> | undefined;
  }

  contiguous(): number {
    let upto = 0;
    while (this.events.has(upto + 1)) upto++;
    return upto;
  }

  acknowledge(): void {
    this.say('ledger-ack', { v: 1, epoch: this.#epoch, upto: this.contiguous() });
  }

  #take(topic: string, bytes: Buffer, client: Client | null): void {
    const place = parseTopic(topic);
    if (!place || (!client && place.leaf !== 'presence')) return;
    const decoded = decode(place.leaf, bytes);
    if (!decoded.ok) throw new Error(`the box sent what does not fit on ${topic}: ${decoded.error}`);
    this.received.push({ leaf: place.leaf, payload: decoded.payload });
    if (place.leaf === 'ledger') this.#store(decoded.payload as Payload<'ledger'>);
    this.happened.emit('something');
  }

  #store(frame: Payload<'ledger'>): void {
    this.#epoch = frame.epoch;
    this.largestFrameEvents.value = Math.max(this.largestFrameEvents.value, frame.events.length);
    for (const { seq, type } of frame.events)
      this.events.set(seq, { type, times: (this.events.get(seq)?.times ?? 0) + 1 });
    if (this.acknowledges) setImmediate(() => this.acknowledge());
  }
}
