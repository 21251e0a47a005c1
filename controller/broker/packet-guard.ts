/**
 * Watches the fixed headers of MQTT packets (MQTT 3.1.1, 2.2): no type or flag that a client may not send, no length above
 * what was agreed, so that a peer cannot make the broker's parser gather it. It follows the bytes from packet to packet and
 * keeps none of them.
 */
interface Kind {
  readonly name: string;
  /** The flags that the type must bear (MQTT 3.1.1, 2.2.2); undefined where each of them has a meaning. */
  readonly flags?: number;
  /** Bytes of its body, where there is only one right number. */
  readonly bytes?: number;
  /** Bytes that its body has at least. */
  readonly least?: number;
}

/** By type, what a client may send; the others are a server's, or reserved. */
const KINDS: Readonly<Record<number, Kind>> = {
  1: { name: 'CONNECT', flags: 0 },
  3: { name: 'PUBLISH' },
  4: { name: 'PUBACK', flags: 0, bytes: 2 },
  5: { name: 'PUBREC', flags: 0, bytes: 2 },
  6: { name: 'PUBREL', flags: 2, bytes: 2 },
  7: { name: 'PUBCOMP', flags: 0, bytes: 2 },
  8: { name: 'SUBSCRIBE', flags: 2, least: 6 },
  10: { name: 'UNSUBSCRIBE', flags: 2, least: 5 },
  12: { name: 'PINGREQ', flags: 0, bytes: 0 },
  14: { name: 'DISCONNECT', flags: 0, bytes: 0 },
};
const CONNECT = 1;
const PUBLISH = 3;

export class PacketGuard {
  readonly #mostBytes: number;
  /** Bytes of the packet's body still to come; while a header is being read, the length so far. */
  #left = 0;
  #inHeader: 'type' | 'length' | 'body' = 'type';
  #shift = 0;
  #kind: Kind | undefined;
  #connected = false;
  #fault: string | undefined;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** What was wrong, once a packet was not accepted. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** False once a packet's header is none that was agreed: cut the connection. */
  accepts(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length && this.#fault === undefined;) {
      if (this.#inHeader === 'body') {
        const taken = Math.min(this.#left, bytes.length - at);
        at += taken;
        this.#left -= taken;
        if (this.#left === 0) this.#inHeader = 'type';
      } else this.#fault = this.#header(bytes[at++] ?? 0);
    }
    return this.#fault === undefined;
  }

  #header(byte: number): string | undefined {
    if (this.#inHeader === 'type') {
      this.#inHeader = 'length';
      this.#left = 0;
      this.#shift = 0;
      return this.#first(byte >> 4, byte & 0x0f);
    }
    this.#left += (byte & 0x7f) * 2 ** this.#shift;
    this.#shift += 7;
    if (this.#left > this.#mostBytes) return `a packet announced more than ${this.#mostBytes} bytes`;
    if ((byte & 0x80) !== 0)
      return this.#shift < 28 ? undefined : 'a packet announced a length of more than four bytes';
    this.#inHeader = this.#left === 0 ? 'type' : 'body';
    const { name = '', bytes, least = 0 } = this.#kind ?? {};
    if (this.#left < least) return `a ${name} of ${this.#left} bytes; it has at least ${least}`;
    return bytes === undefined || bytes === this.#left
      ? undefined
      : `a ${name} of ${this.#left} bytes; it has ${bytes}`;
  }

  /** The first packet of a connection is CONNECT, and no other is (MQTT 3.1.1, 3.1). */
  #first(type: number, flags: number): string | undefined {
    this.#kind = KINDS[type];
    if (!this.#kind) return `a packet of type ${type}, which no client sends`;
    const { name } = this.#kind;
    if ((type === CONNECT) === this.#connected)
      return this.#connected ? 'a second CONNECT' : `a ${name} before CONNECT`;
    this.#connected = true;
    if (this.#kind.flags !== undefined && this.#kind.flags !== flags) return `a ${name} with flags ${flags}`;
    if (type !== PUBLISH) return undefined;
    const qos = (flags >> 1) & 3;
    if (qos === 3) return 'a PUBLISH with QoS 3';
    return qos === 0 && (flags & 8) !== 0 ? 'a PUBLISH with QoS 0 that says it is a repeat' : undefined;
  }
}
