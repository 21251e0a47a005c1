/** The latest audio of a stream, in a ring. */
import { FRAME_SAMPLES } from './sources.ts';

/** A longer hole is not filled: the ring would hold nothing but silence. */
const FILLED_PACKETS = 50;

export class Hearing {
  readonly #ring: Int16Array;
  #written = 0;

  constructor(keepMs: number) {
    this.#ring = new Int16Array(keepMs * 8);
  }

  /** `missing` packets before this one are heard as silence. */
  add(payload: Uint8Array, table: Int16Array, missing: number): void {
    for (let i = 0; i < Math.min(missing, FILLED_PACKETS) * FRAME_SAMPLES; i++) this.#write(0);
    for (const byte of payload) this.#write(table[byte] ?? 0);
  }

  last(ms: number): Int16Array {
    const length = Math.min(ms * 8, this.#written, this.#ring.length);
    const from = this.#written - length;
    return Int16Array.from({ length }, (_, i) => this.#ring[(from + i) % this.#ring.length] ?? 0);
  }

  clear(): void {
    this.#written = 0;
  }

  #write(sample: number): void {
    this.#ring[this.#written % this.#ring.length] = sample;
    this.#written++;
  }
}
