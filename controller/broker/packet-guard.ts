/**
 * Watches the lengths that MQTT packets announce (MQTT 3.1.1, 2.2.3), so that a peer cannot make the broker's parser gather
 * more than was agreed. It follows the bytes from packet to packet and keeps none of them.
 */
export class PacketGuard {
  readonly #mostBytes: number;
  /** Bytes of the packet's body still to come; while a header is being read, the length so far. */
  #left = 0;
  #inHeader: 'type' | 'length' | 'body' = 'type';
  #shift = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** False once a packet announces more than was agreed, or a length that is none: cut the connection. */
  accepts(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length;) {
      if (this.#inHeader === 'body') {
        const taken = Math.min(this.#left, bytes.length - at);
        at += taken;
        this.#left -= taken;
        if (this.#left === 0) this.#inHeader = 'type';
      } else if (!this.#header(bytes[at++] ?? 0)) return false;
    }
    return true;
  }

  #header(byte: number): boolean {
    if (this.#inHeader === 'type') {
      this.#inHeader = 'length';
      this.#left = 0;
      this.#shift = 0;
      return true;
    }
    this.#left += (byte & 0x7f) * 2 ** this.#shift;
    this.#shift += 7;
    if (this.#left > this.#mostBytes) return false;
    if ((byte & 0x80) !== 0) return this.#shift < 28;
    this.#inHeader = this.#left === 0 ? 'type' : 'body';
    return true;
  }
}
