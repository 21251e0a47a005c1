/** The line of a simulated box: MQTT over TLS with a certificate of its own, and as little of it as the contract asks for. */
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { leaves, parseTopic, topicOf, topics, type Leaf } from '@branchline/contracts/topics';
import {
  connectPacket,
  pubackPacket,
  publishPacket,
  Reader,
  subscribePacket,
  text,
  TYPE,
  type Packet,
} from '../bench/ingest/wire.ts';

export interface LineOrder {
  readonly tenant: string;
  readonly box: string;
  readonly port: number;
  readonly context: SecureContext;
  /** What the broker says on the presence leaf when the line dies. */
  readonly will: object;
  readonly heard: (leaf: Leaf, payload: unknown) => void;
}

const CONNECT_MS = 20_000;
const MOST_IDS = 65_535;
const DOWN = leaves.filter((leaf) => topics[leaf].direction === 'down');

export class SimLine {
  readonly #order: LineOrder;
  readonly #socket: TLSSocket;
  #id = 0;
  #subscribed = 0;

  private constructor(order: LineOrder, socket: TLSSocket) {
    this.#order = order;
    this.#socket = socket;
  }

  /** Resolves once it is subscribed to all that headquarters may tell. */
  static open(order: LineOrder): Promise<SimLine> {
    const { port, context: secureContext, tenant, box } = order;
    const will = {
      topic: topicOf(tenant, box, 'presence'),
      payload: Buffer.from(JSON.stringify(order.will)),
    };
    const socket = connect({ host: '127.0.0.1', port, secureContext, servername: 'localhost' });
    socket.setNoDelay(true);
    const line = new SimLine(order, socket);
    const reader = new Reader();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${box} was not let in in time`)), CONNECT_MS);
      const ended = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      socket.on('error', ended);
      socket.on('close', () => ended(new Error(`${box}: the connection was closed`)));
      socket.once('secureConnect', () => socket.write(connectPacket(box, will)));
      socket.on('data', (bytes: Buffer) => {
        for (const packet of reader.take(bytes)) if (line.#take(packet)) resolve(line);
        if (line.isReady) clearTimeout(timer);
      });
    });
  }

  get isReady(): boolean {
    return this.#subscribed === DOWN.length;
  }

  tell(leaf: Leaf, payload: object): void {
    if (this.#socket.destroyed) return;
    const { tenant, box } = this.#order;
    const bytes = Buffer.from(JSON.stringify(payload));
    const topic = text(topicOf(tenant, box, leaf));
    this.#socket.write(publishPacket(topic, this.#nextId(), bytes, topics[leaf].retain));
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Whether it became ready by this packet. */
  #take({ type, id, qos, topic, body }: Packet): boolean {
    const { tenant, box, heard } = this.#order;
    if (type === TYPE.connack)
      for (const leaf of DOWN)
        this.#socket.write(subscribePacket(this.#nextId(), topicOf(tenant, box, leaf)));
    if (type === TYPE.suback) {
      this.#subscribed += 1;
      return this.isReady;
    }
    if (type !== TYPE.publish) return false;
    if (qos > 0) this.#socket.write(pubackPacket(id));
    const leaf = parseTopic(topic.toString())?.leaf;
    if (leaf) heard(leaf, JSON.parse(body.toString()));
    return false;
  }

  #nextId(): number {
    this.#id = (this.#id % MOST_IDS) + 1;
    return this.#id;
  }
}
