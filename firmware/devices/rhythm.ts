/** Something done again and again, one at a time, with jitter, so that a fleet's devices are not asked in step; at once when asked for. */
import { backoff } from '@branchline/runtime/backoff';
import type { Clock, Timer } from '@branchline/runtime/clock';

/** Part of the period by which each pause is longer or shorter. */
const JITTER = 0.1;
/** A device that failed is asked again after a growing pause, no longer than this or its period. */
const LONGEST_PAUSE_MS = 300_000;

export interface RhythmOptions {
  readonly clock: Clock;
  /** 0 up to 1. */
  readonly random: () => number;
  readonly everyMs: number;
  /** Grows the pause after a failure; without it the period stays. */
  readonly backsOff?: boolean;
  /** True when it went well. Must not reject. */
  readonly run: (signal: AbortSignal) => Promise<boolean>;
}

export class Rhythm {
  readonly #options: RhythmOptions;
  readonly #ended = new AbortController();
  readonly #pauses: ReturnType<typeof backoff>;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(options: RhythmOptions) {
    this.#options = options;
    const { everyMs, random } = options;
    this.#pauses = backoff({ firstMs: everyMs, longestMs: Math.max(everyMs, LONGEST_PAUSE_MS), random });
  }

  start(): void {
    void this.now();
  }

  /** Runs now; when it is running already, once more afterwards. Resolves when that run has ended. */
  async now(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    if (this.#running) {
      this.#again = true;
      await this.#running;
      // The next run has begun by now.
      await this.#running;
      return;
    }
    this.#timer?.cancel();
    this.#running = this.#turn();
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#timer?.cancel();
    await this.#running;
  }

  async #turn(): Promise<void> {
    const { signal } = this.#ended;
    const well = await this.#options.run(signal);
    this.#running = undefined;
    if (signal.aborted) return;
    if (this.#again) {
      this.#again = false;
      this.#running = this.#turn();
      return;
    }
    this.#timer = this.#options.clock.after(this.#pause(well), () => void this.now());
  }

  #pause(well: boolean): number {
    const { everyMs, random, backsOff } = this.#options;
    if (well || backsOff !== true) {
      this.#pauses.reset();
      return Math.round(everyMs * (1 - JITTER + 2 * JITTER * random()));
    }
    return this.#pauses.next();
  }
}
