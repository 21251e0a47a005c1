/**
 * Asks a box for what is missing of its ledger: after a short while, since it may be on its way, then ever more seldom. What is missing
 * is what the database says: of several controllers another may have stored it, or have taken it out.
 */
import type { Payload } from '@branchline/contracts/topics';
import { backoff, type Backoff } from '@branchline/runtime/backoff';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Stream } from '../store/streams.ts';
import { highest, missing } from './stretches.ts';

export interface ResendOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly row: (stream: Stream) => Promise<Stream | undefined>;
  readonly ask: (box: string, wanted: Payload<'ledger-resend'>) => void;
}

/** A hole was jumped over and does not come by itself; frames of one connection do not overtake each other. */
const HOLE_MS = 2_000;
/** A tail is what the box has not sent yet: it is asked for only when the box has fallen silent. */
const TAIL_MS = 15_000;
const LONGEST_MS = 60_000;
const STRETCHES_AT_ONCE = 4;

interface Wanting {
  stream: Stream;
  holed: boolean;
  timer: Timer;
  readonly delay: Backoff;
}

export class Resend {
  readonly #options: ResendOptions;
  readonly #wanting = new Map<string, Wanting>();

  constructor(options: ResendOptions) {
    this.#options = options;
  }

  /** To be told after every write, and when a box has come back. */
  noted(stream: Stream): void {
    const before = this.#wanting.get(stream.box);
    if (missing(stream.kept, stream.newest).length === 0) return this.gone(stream.box);
    const holed = highest(stream.kept) > stream.kept.upto;
    const advanced = before && (before.stream.id !== stream.id || before.stream.kept.upto < stream.kept.upto);
    if (before && before.holed === holed && holed && !advanced) {
      before.stream = stream;
      return;
    }
    before?.timer.cancel();
    const delay = backoff({ firstMs: HOLE_MS, longestMs: LONGEST_MS, random: this.#options.random });
    const timer = this.#after(stream.box, holed ? HOLE_MS : TAIL_MS);
    this.#wanting.set(stream.box, { stream, holed, timer, delay });
  }

  /** The box has gone, or nothing of it is missing. */
  gone(box: string): void {
    this.#wanting.get(box)?.timer.cancel();
    this.#wanting.delete(box);
  }

  stop(): void {
    for (const box of [...this.#wanting.keys()]) this.gone(box);
  }

  #after(box: string, ms: number): Timer {
    return this.#options.clock.after(ms, () => void this.#askOf(box));
  }

  async #askOf(box: string): Promise<void> {
    const wanting = this.#wanting.get(box);
    if (!wanting) return;
    try {
      const row = (await this.#options.row(wanting.stream)) ?? wanting.stream;
      // The box may have spoken of a newer number than it has sent.
      const now = { ...row, newest: Math.max(row.newest, wanting.stream.newest) };
      if (this.#wanting.get(box) === wanting) this.#ask(box, wanting, now);
    } catch (err) {
      this.#options.log.warn({ err, box }, 'what is missing of a ledger could not be read; it is read again');
      if (this.#wanting.get(box) === wanting) wanting.timer = this.#after(box, HOLE_MS);
    }
  }

  #ask(box: string, wanting: Wanting, stream: Stream): void {
    const { epoch, kept, newest } = stream;
    if (missing(kept, newest).length === 0) return this.gone(box);
    wanting.stream = stream;
    for (const [from, to] of missing(kept, newest).slice(0, STRETCHES_AT_ONCE))
      this.#options.ask(box, { v: 1, epoch, from, to });
    wanting.timer = this.#after(box, Math.max(HOLE_MS, wanting.delay.next()));
  }
}
