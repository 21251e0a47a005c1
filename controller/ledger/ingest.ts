/** Gathers the frames of some milliseconds into one transaction, and acknowledges what has been committed. */
import type { Payload } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { isStoreFault } from '../store/faults.ts';
import type { Arrival, LedgerWriter, Written } from './writer.ts';

export interface IngestOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly writer: Pick<LedgerWriter, 'write'>;
  /** Told after each commit; acknowledgements go out from here. */
  readonly written: (written: Written) => void;
}

/** How long frames are gathered, ms: short against the way to the box and back, long against a commit. */
const GATHER_MS = 10;
const MOST_EVENTS = 5_000;

interface Waiting extends Arrival {
  readonly done: () => void;
}

export class Ingest {
  readonly #options: IngestOptions;
  #waiting: Waiting[] = [];
  #events = 0;
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #failing = false;

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  /** `done` is called when the frame is stored, or has failed to be: an unacknowledged frame is sent again by its box. */
  take(box: string, frame: Payload<'ledger'>, done: () => void): void {
    this.#waiting.push({ box, frame, done });
    this.#events += frame.events.length;
    if (this.#events >= MOST_EVENTS) void this.flush();
    else this.#timer ??= this.#options.clock.after(GATHER_MS, () => void this.flush());
  }

  /** Until all that was taken is stored, or has failed to be. What comes while something is written waits, and is written with the next. */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#events = 0;
      await this.#write(batch);
      for (const { done } of batch) done();
    }
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    let written: Written;
    try {
      written = await this.#options.writer.write(batch);
    } catch (error) {
      return this.#failed(batch, error);
    }
    if (this.#failing) this.#options.log.info({}, 'the ledger is written again');
    this.#failing = false;
    this.#options.written(written);
  }

  /** No room, or no database, fails for all alike; any other fault is of one frame, and must not cost the others theirs. */
  async #failed(batch: readonly Waiting[], error: unknown): Promise<void> {
    const { log } = this.#options;
    if (isStoreFault(error)) {
      if (!this.#failing) log.error({ err: error, frames: batch.length }, 'the ledger cannot be written');
      this.#failing = true;
    } else if (batch.length > 1) for (const one of batch) await this.#write([one]);
    else
      log.error(
        { err: error, box: batch[0]?.box, epoch: batch[0]?.frame.epoch },
        'a frame could not be stored',
      );
  }
}
