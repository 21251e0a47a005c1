/** The newest of each box, written together with those of others: a write of its own for each is what costs while a fleet connects. */
import type { Clock, Timer } from '@branchline/runtime/clock';

interface Batch<V> {
  readonly newest: Map<string, V>;
  readonly kept: Promise<boolean>;
  readonly end: (kept: boolean) => void;
}

export interface GatheredParts<V> {
  readonly clock: Clock;
  /** What is gathered is written so long after the first of it came, ms. */
  readonly waitMs: number;
  /** All of it or nothing; what it throws ends as 'not kept'. */
  readonly write: (newest: ReadonlyMap<string, V>) => Promise<void>;
  readonly failed: (error: unknown) => void;
}

export class Gathered<V> {
  readonly #parts: GatheredParts<V>;
  #batch: Batch<V> | undefined;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: GatheredParts<V>) {
    this.#parts = parts;
  }

  /** Whether it is kept, it or what the same box said after it. */
  put(box: string, said: V): Promise<boolean> {
    this.#batch ??= newBatch();
    this.#batch.newest.set(box, said);
    this.#timer ??= this.#parts.clock.after(this.#parts.waitMs, () => void this.flush());
    return this.#batch.kept;
  }

  /** Writes what is there now. Done when it and all before it is written, or has failed to be. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const batch = this.#batch;
    this.#batch = undefined;
    if (batch) this.#writing = this.#writing.then(() => this.#write(batch));
    return this.#writing;
  }

  async #write({ newest, end }: Batch<V>): Promise<void> {
    try {
      await this.#parts.write(newest);
      end(true);
    } catch (error) {
      this.#parts.failed(error);
      end(false);
    }
  }
}

function newBatch<V>(): Batch<V> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  return { newest: new Map(), kept: promise, end: resolve };
}
