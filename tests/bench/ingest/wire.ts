/** As much of MQTT 3.1.1 as a box speaks, in bytes: a simulated box must cost less than what it loads. Pure. */

export const TYPE = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;

export interface Packet {
  readonly type: number;
  /** Of publish: the quality of service; of puback and suback it is 0. */
  readonly qos: number;
  /** 0 where the packet has none. */
  readonly id: number;
  /** Of publish, as bytes of UTF-8; empty of the others. */
  readonly topic: Buffer;
  /** What follows the fixed header, and for publish what follows topic and id. */
  readonly body: Buffer;
}

const NO_BYTES = Buffer.alloc(0);
const CLEAN_SESSION = 0x02;
const KEEP_ALIVE_S = 60;

/** A last will at QoS 1, retained, as a box leaves one (3.1.2.5 to 3.1.2.7). */
const WILL = 0x04 | 0x08 | 0x20;

export interface Will {
  readonly topic: string;
  readonly payload: Buffer;
}

export function connectPacket(clientId: string, will?: Will, keepAliveS = KEEP_ALIVE_S): Buffer {
  const flags = CLEAN_SESSION | (will ? WILL : 0);
  const head = Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, flags, keepAliveS >> 8, keepAliveS & 0xff]);
  const left = will ? [text(will.topic), short(will.payload.length), will.payload] : [];
  return packet(0x10, [head, text(clientId), ...left]);
}

export const pingPacket: Buffer = Buffer.from([0xc0, 0]);

/** At QoS 1, of one topic or of several at once. */
export const subscribePacket = (id: number, ...topics: readonly string[]): Buffer =>
  packet(0x82, [short(id), ...topics.flatMap((topic) => [text(topic), Buffer.from([1])])]);

/** QoS 1. `topic` is as text() gives it. */
export const publishPacket = (topic: Buffer, id: number, payload: Buffer, retain = false): Buffer =>
  packet(retain ? 0x33 : 0x32, [topic, short(id), payload]);

export const pubackPacket = (id: number): Buffer => packet(0x40, [short(id)]);

/** A string with its length in front (1.5.3). */
export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([short(bytes.length), bytes]);
}

const short = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

function packet(first: number, parts: readonly Buffer[]): Buffer {
  let left = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [first];
  do {
    head.push((left % 128) | (left > 127 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from(head), ...parts]);
}

/** Gathers bytes until packets are whole. */
export class Reader {
  #rest: Buffer = Buffer.alloc(0);

  *take(bytes: Buffer): Generator<Packet> {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (let next = whole(this.#rest); next; next = whole(this.#rest)) {
      this.#rest = this.#rest.subarray(next.size);
      yield next.packet;
    }
  }
}

/** The first packet, once all of it is there. */
function whole(bytes: Buffer): { packet: Packet; size: number } | undefined {
  let length = 0;
  for (let at = 1; at < Math.min(bytes.length, 5); at += 1) {
    const digit = bytes[at] ?? 0;
    length += (digit & 0x7f) * 2 ** (7 * (at - 1));
    if ((digit & 0x80) !== 0) continue;
    const size = at + 1 + length;
    return bytes.length < size
      ? undefined
      : { packet: read(bytes[0] ?? 0, bytes.subarray(at + 1, size)), size };
  }
  return undefined;
}

function read(first: number, rest: Buffer): Packet {
  const type = first >> 4;
  const qos = type === TYPE.publish ? (first >> 1) & 3 : 0;
  if (type === TYPE.puback || type === TYPE.suback)
    return { type, qos, id: rest.readUInt16BE(0), topic: NO_BYTES, body: rest.subarray(2) };
  if (type !== TYPE.publish) return { type, qos, id: 0, topic: NO_BYTES, body: rest };
  const after = 2 + rest.readUInt16BE(0);
  const topic = rest.subarray(2, after);
  return qos === 0
    ? { type, qos, id: 0, topic, body: rest.subarray(after) }
    : { type, qos, id: rest.readUInt16BE(after), topic, body: rest.subarray(after + 2) };
}
