/** One connection of a simulated box: MQTT 3.1.1 on a socket, with TLS or without, and what went under way is counted. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import {
  connectPacket,
  pingPacket,
  pubackPacket,
  publishPacket,
  Reader,
  subscribePacket,
  TYPE,
  type Packet,
  type Will,
} from '../../bench/ingest/wire.ts';

export interface LinkOrder {
  readonly port: number;
  /** Absent where the line is not encrypted. */
  readonly context?: SecureContext | undefined;
  readonly clientId: string;
  readonly will?: Will;
  /** Full names; asked for in one packet. */
  readonly topics: readonly string[];
}

export interface LinkHeard {
  /** Connected and subscribed. */
  ready(): void;
  message(topic: string, body: Buffer): void;
  /** The end of the line, once, however it came. */
  ended(why: string): void;
}

const MOST_IDS = 65_535;
const PING_MS = 30_000;
const KEEP_ALIVE_S = 60;

export class WireLink {
  readonly #socket: Socket;
  readonly #heard: LinkHeard;
  readonly #order: LinkOrder;
  /** To be called when the broker has the message. */
  readonly #confirmed = new Map<number, () => void>();
  #ping: NodeJS.Timeout | undefined;
  #id = 0;
  #over = false;

  constructor(order: LinkOrder, heard: LinkHeard) {
    this.#order = order;
    this.#heard = heard;
    const at = { host: '127.0.0.1', port: order.port };
    const { context: secureContext } = order;
    const hello = (): void =>
      void this.#socket.write(connectPacket(order.clientId, order.will, KEEP_ALIVE_S));
    this.#socket = secureContext
      ? connectTls({ ...at, secureContext, servername: 'localhost' }, hello)
      : connectPlain(at, hello);
    this.#socket.setNoDelay(true);
    const reader = new Reader();
    this.#socket.on('data', (bytes: Buffer) => {
      this.#gather();
      for (const packet of reader.take(bytes)) this.#take(packet);
    });
    this.#socket.on('error', (error) => this.#end(error.message));
    this.#socket.on('close', () => this.#end('the connection was closed'));
  }

  publish(topic: Buffer, payload: Buffer, confirmed?: () => void, retain = false): void {
    if (this.#over) return;
    const id = this.#nextId();
    if (confirmed) this.#confirmed.set(id, confirmed);
    this.#gather();
    this.#socket.write(publishPacket(topic, id, payload, retain));
  }

  /** As a line that is cut: no word of farewell. */
  cut(): void {
    this.#end('cut');
  }

  #take({ type, id, qos, topic, body }: Packet): void {
    if (type === TYPE.connack) {
      if ((body[1] ?? 1) !== 0) return this.#end(`refused with code ${body[1] ?? ''}`);
      this.#socket.write(subscribePacket(this.#nextId(), ...this.#order.topics));
    } else if (type === TYPE.suback) {
      this.#ping = setInterval(() => this.#socket.write(pingPacket), PING_MS);
      this.#heard.ready();
    } else if (type === TYPE.puback) {
      this.#confirmed.get(id)?.();
      this.#confirmed.delete(id);
    } else if (type === TYPE.publish) {
      if (qos > 0) this.#socket.write(pubackPacket(id));
      this.#heard.message(topic.toString(), body);
    }
  }

  /** What is sent in one turn leaves as one record: a simulated box must cost little. */
  #gather(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    process.nextTick(() => this.#socket.uncork());
  }

  #end(why: string): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#ping);
    this.#confirmed.clear();
    this.#socket.destroy();
    this.#heard.ended(why);
  }

  #nextId(): number {
    this.#id = (this.#id % MOST_IDS) + 1;
    return this.#id;
  }
}
