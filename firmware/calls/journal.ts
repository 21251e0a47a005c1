/**
 * Between the core and the disk: gathers what the steps of one turn have to say and writes it in one transaction. When the
 * disk will not have it, it waits in memory in its order, calls go on, and writing is tried again.
 */
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { isDiskFault } from '@branchline/runtime/sqlite';
import { piecesOf } from '../acd/stored.ts';
import type { LedgerBatch } from '../store/ledger.ts';
import type { StepResult } from './step.ts';

export interface JournalStore {
  append(batch: LedgerBatch): unknown;
}

export interface JournalOptions {
  readonly store: JournalStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when the disk refuses and when it takes again. */
  readonly onDisk: (state: 'refuses' | 'takes', detail: string) => void;
  /** Frees the room that is kept for this moment; true when there was any. */
  readonly releaseBallast: () => boolean;
}

/** A turn is gathered for this long: short beside a ring, long enough that a burst is one write. */
const GATHER_MS = 5;
const RETRY_MS = 1_000;

export class Journal {
  readonly #options: JournalOptions;
  #events: NewEvent[] = [];
  #openCalls: Record<string, unknown> = {};
  #about: Record<string, unknown> = {};
  #timer: Timer | undefined;
  #refusing = false;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  step({ events, changed, acdChanged }: Pick<StepResult, 'events' | 'changed' | 'acdChanged'>): void {
    this.#events.push(...events);
    Object.assign(this.#openCalls, changed);
    Object.assign(this.#about, piecesOf(acdChanged));
    this.#schedule(GATHER_MS);
  }

  append(events: readonly NewEvent[]): void {
    this.#events.push(...events);
    this.#schedule(GATHER_MS);
  }

  keep(key: string, value: unknown): void {
    this.#about[key] = value;
    this.#schedule(GATHER_MS);
  }

  /** Events that no disk holds yet. */
  get waiting(): number {
    return this.#events.length;
  }

  /** Writes what is gathered now; at the stop of the service, and in tests. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (
      this.#events.length === 0 &&
      Object.keys(this.#openCalls).length === 0 &&
      Object.keys(this.#about).length === 0
    )
      return;
    const batch: LedgerBatch = { events: this.#events, openCalls: this.#openCalls, about: this.#about };
    // Taken out first: who hears of what is written may have more to say in the same breath.
    this.#events = [];
    this.#openCalls = {};
    this.#about = {};
    try {
      this.#options.store.append(batch);
    } catch (error) {
      this.#putBack(batch);
      return this.#refused(error);
    }
    if (this.#refusing) this.#options.onDisk('takes', 'events that waited in memory are written');
    this.#refusing = false;
  }

  #putBack(batch: LedgerBatch): void {
    this.#events = [...batch.events, ...this.#events];
    this.#openCalls = { ...batch.openCalls, ...this.#openCalls };
    this.#about = { ...batch.about, ...this.#about };
  }

  #refused(error: unknown): void {
    const { log, onDisk, releaseBallast } = this.#options;
    if (!isDiskFault(error)) log.error({ err: error }, 'the ledger could not be written');
    if (!this.#refusing) {
      this.#refusing = true;
      onDisk('refuses', error instanceof Error ? error.message : String(error));
      if (releaseBallast()) return this.#schedule(0);
    }
    this.#schedule(RETRY_MS);
  }

  #schedule(ms: number): void {
    this.#timer ??= this.#options.clock.after(ms, () => {
      this.#timer = undefined;
      this.flush();
    });
  }
}
