/** Gathers the frames of some milliseconds into one transaction, and acknowledges what has been committed. */
import type { Payload } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { isDiskFault } from '@branchline/runtime/sqlite';
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

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  /** `done` is called when the frame is stored, or has failed to be: an unacknowledged frame is sent again by its box. */
  take(box: string, frame: Payload<'ledger'>, done: () => void): void {
    this.#waiting.push({ box, frame, done });
    this.#events += frame.events.length;
    if (this.#events >= MOST_EVENTS) this.flush();
    else this.#timer ??= this.#options.clock.after(GATHER_MS, () => this.flush());
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const batch = this.#waiting;
    this.#waiting = [];
    this.#events = 0;
    if (batch.length === 0) return;
    this.#write(batch);
    for (const { done } of batch) done();
  }

  #write(batch: readonly Waiting[]): void {
    let written: Written;
    try {
      written = this.#options.writer.write(batch);
    } catch (error) {
      return this.#failed(batch, error);
    }
    this.#options.written(written);
  }

  /** No room fails for all alike; any other fault is of one frame, and must not cost the others theirs. */
  #failed(batch: readonly Waiting[], error: unknown): void {
    const { log } = this.#options;
    if (isDiskFault(error)) log.error({ err: error, frames: batch.length }, 'the ledger cannot be written');
    else if (batch.length > 1) for (const one of batch) this.#write([one]);
    else
      log.error(
        { err: error, box: batch[0]?.box, epoch: batch[0]?.frame.epoch },
        'a frame could not be stored',
      );
  }
}
