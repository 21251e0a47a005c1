/** A box on the wire: MQTT over TLS with a certificate of its own, and no more of it than sending frames and hearing what became of them. */
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { topicOf } from '@branchline/contracts/topics';
import type { Frame } from '@branchline/firmware/uplink/frames';
import {
  connectPacket,
  pubackPacket,
  publishPacket,
  Reader,
  subscribePacket,
  text,
  TYPE,
  type Packet,
} from './wire.ts';

export interface SimBoxOrder {
  readonly tenant: string;
  readonly name: string;
  readonly port: number;
  readonly context: SecureContext;
  readonly frames: Iterator<Frame, never>;
  /** Says that it is there: through a broker outside headquarters speaks to nobody who does not. */
  readonly greets?: boolean | undefined;
}

const CONNECT_MS = 20_000;
const MOST_IDS = 65_535;

export class SimBox {
  readonly name: string;
  /** Messages and events handed to the line. */
  sent = { messages: 0, events: 0 };
  /** Events that the broker has said it has. */
  puback = 0;
  /** Headquarters' own word: everything up to this number is stored. */
  acked = 0;
  onAcked: () => void = () => undefined;
  /** Of a connection that ended before close(). */
  fault: string | undefined;
  readonly #socket: TLSSocket;
  readonly #topic: Buffer;
  readonly #frames: Iterator<Frame, never>;
  /** The last number of each frame that waits for headquarters' word. */
  #flying: number[] = [];
  readonly #unacked = new Map<number, number>();
  #id = 1;
  #closed = false;

  private constructor({ name, tenant, frames }: SimBoxOrder, socket: TLSSocket) {
    this.name = name;
    this.#socket = socket;
    this.#frames = frames;
    this.#topic = text(topicOf(tenant, name, 'ledger'));
  }

  /** Resolves once it is subscribed. */
  static async open(order: SimBoxOrder): Promise<SimBox> {
    const { port, context: secureContext, name, tenant } = order;
    const socket = connect({ host: '127.0.0.1', port, secureContext, servername: 'localhost' });
    socket.setNoDelay(true);
    const box = new SimBox(order, socket);
    const reader = new Reader();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${name} was not let in within ${CONNECT_MS} ms`)),
        CONNECT_MS,
      );
      const ended = (why: string): void => {
        if (!box.#closed) box.fault ??= why;
        reject(new Error(`${name}: ${why}`));
      };
      socket.on('error', (error: Error) => ended(error.message));
      socket.on('close', () => ended('the connection was closed'));
      socket.once('secureConnect', () => socket.write(connectPacket(name)));
      socket.on('data', (bytes: Buffer) => {
        for (const packet of reader.take(bytes)) {
          if (packet.type === TYPE.connack)
            socket.write(subscribePacket(box.#nextId(), topicOf(tenant, name, 'ledger-ack')));
          else if (packet.type === TYPE.suback) {
            clearTimeout(timer);
            if (order.greets) box.#greet(tenant);
            resolve();
          } else box.#take(packet);
        }
      });
    });
    return box;
  }

  #greet(tenant: string): void {
    const presence = { v: 1, state: 'online', version: '0.3.0', at: new Date().toISOString() };
    const topic = text(topicOf(tenant, this.name, 'presence'));
    this.#socket.write(publishPacket(topic, this.#nextId(), Buffer.from(JSON.stringify(presence)), true));
  }

  get flying(): number {
    return this.#flying.length;
  }

  /** The next frame, whatever became of those before. */
  send(): void {
    if (this.#closed || this.fault !== undefined) return;
    const { value: frame } = this.#frames.next();
    const id = this.#nextId();
    this.#unacked.set(id, frame.events);
    this.#flying.push(frame.upto);
    this.sent = { messages: this.sent.messages + 1, events: this.sent.events + frame.events };
    this.#gather();
    this.#socket.write(publishPacket(this.#topic, id, frame.bytes));
  }

  /** What is sent in one turn leaves as one record: a simulated box must cost little. */
  #gather(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    process.nextTick(() => this.#socket.uncork());
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  #take({ type, id, qos, body }: Packet): void {
    if (type === TYPE.puback) {
      this.puback += this.#unacked.get(id) ?? 0;
      this.#unacked.delete(id);
    } else if (type === TYPE.publish) {
      this.#gather();
      if (qos > 0) this.#socket.write(pubackPacket(id));
      const { upto } = JSON.parse(body.toString()) as { upto: number };
      if (upto <= this.acked) return;
      this.acked = upto;
      this.#flying = this.#flying.filter((last) => last > upto);
      this.onAcked();
    }
  }

  #nextId(): number {
    this.#id = (this.#id % MOST_IDS) + 1;
    return this.#id;
  }
}
