/**
 * Between the core and the disk. What a step has to say is in the step log before the turn is over, so that a kill loses none of it;
 * many steps go into the database in one transaction, soon. When the disk will not have it, it waits in memory in its
 * order, calls go on, and writing is tried again.
 */
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { isDiskFault } from '@branchline/runtime/sqlite';
import type { StepInputs } from '../acd/replay.ts';
import { piecesOf } from '../acd/stored.ts';
import type { LedgerBatch } from '../store/ledger.ts';
import { brakePieces } from './brake-store.ts';
import { callbackPieces } from './callback-store.ts';
import { placePieces } from './places.ts';
import type { StepResult } from './step.ts';

export interface JournalStore {
  append(batch: LedgerBatch): unknown;
}

export interface JournalOptions {
  readonly store: JournalStore;
  readonly steps: {
    /** The last number in the log. */
    readonly serial: number;
    write(batch: LedgerBatch): void;
    taken(): void;
  };
  readonly clock: Clock;
  readonly log: Log;
  /** Told when the disk refuses and when it takes again. */
  readonly onDisk: (state: 'refuses' | 'takes', detail: string) => void;
  /** Frees the room that is kept for this moment; true when there was any. */
  readonly releaseBallast: () => boolean;
}

/** What a power cut may cost, and how long headquarters is kept waiting: short beside a call, long enough that a busy branch's calls share a write. */
const GATHER_MS = 500;
const RETRY_MS = 1_000;

export class Journal {
  readonly #options: JournalOptions;
  #events: NewEvent[] = [];
  #openCalls: Record<string, unknown> = {};
  #about: Record<string, unknown> = {};
  #acdInputs: StepInputs[] = [];
  #timer: Timer | undefined;
  #refusing = false;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  step({
    events,
    changed,
    acdChanged,
    callbacksChanged,
    brakeChanged,
    placesChanged,
    acdInputs,
  }: Omit<StepResult, 'state' | 'effects'>): void {
    const inputs = acdInputs ? { acdInputs: [acdInputs] } : {};
    const about = {
      ...piecesOf(acdChanged),
      ...callbackPieces(callbacksChanged),
      ...brakePieces(brakeChanged),
      ...placePieces(placesChanged),
    };
    this.write({ events, openCalls: changed, about, ...inputs });
  }

  append(events: readonly NewEvent[]): void {
    this.write({ events, openCalls: {}, about: {} });
  }

  keep(key: string, value: unknown): void {
    this.write({ events: [], openCalls: {}, about: { [key]: value } });
  }

  /** Events that the database does not hold yet. */
  get waiting(): number {
    return this.#events.length;
  }

  /** Writes what is gathered now: at the stop of the service, and before somebody reads. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const batch = this.#gathered();
    if (isEmpty(batch)) return;
    // Taken out first: who hears of what is written may have more to say in the same breath.
    [this.#events, this.#openCalls, this.#about, this.#acdInputs] = [[], {}, {}, []];
    const { steps, store, onDisk } = this.#options;
    const { serial } = steps;
    try {
      store.append({ ...batch, step: serial });
    } catch (error) {
      this.#putBack(batch);
      return this.#refused(error);
    }
    if (steps.serial === serial) this.#cutLog();
    if (this.#refusing) onDisk('takes', 'events that waited in memory are written');
    this.#refusing = false;
  }

  /** In the step log when this returns, unless the disk refuses. */
  write(batch: LedgerBatch): void {
    if (isEmpty(batch)) return;
    this.#events.push(...batch.events);
    Object.assign(this.#openCalls, batch.openCalls);
    Object.assign(this.#about, batch.about);
    this.#acdInputs.push(...(batch.acdInputs ?? []));
    try {
      this.#options.steps.write(batch);
      this.#schedule(GATHER_MS);
    } catch (err) {
      if (this.#refusing) return;
      this.#options.log.warn({ err }, 'a step could not be noted: it goes into the database at once');
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#schedule(0);
    }
  }

  #gathered(): LedgerBatch {
    return {
      events: this.#events,
      openCalls: this.#openCalls,
      about: this.#about,
      ...(this.#acdInputs.length > 0 ? { acdInputs: this.#acdInputs } : {}),
    };
  }

  #cutLog(): void {
    try {
      this.#options.steps.taken();
    } catch (err) {
      this.#options.log.warn({ err }, 'the step log could not be cut off: it grows until it can');
    }
  }

  #putBack(batch: LedgerBatch): void {
    this.#events = [...batch.events, ...this.#events];
    this.#openCalls = { ...batch.openCalls, ...this.#openCalls };
    this.#about = { ...batch.about, ...this.#about };
    this.#acdInputs = [...(batch.acdInputs ?? []), ...this.#acdInputs];
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

const isEmpty = ({ events, openCalls, about, acdInputs = [] }: LedgerBatch): boolean =>
  events.length + acdInputs.length + Object.keys(openCalls).length + Object.keys(about).length === 0;
