/** Lets a repeated complaint through once in a while, and counts the rest. */
import type { Clock } from '@branchline/runtime/clock';

/** More subjects than this share one count: a stranger must not fill the memory with made-up names. */
const MOST_SUBJECTS = 64;

export class Seldom {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #last = new Map<string, { at: number; unsaid: number }>();

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** How many were kept back since the last one let through, or undefined: keep this one back too. */
  may(subject: string): number | undefined {
    const key = this.#last.has(subject) || this.#last.size < MOST_SUBJECTS ? subject : '';
    const last = this.#last.get(key);
    const now = this.#clock.monotonic();
    if (last && now - last.at < this.#everyMs) {
      last.unsaid++;
      return undefined;
    }
    this.#last.set(key, { at: now, unsaid: 0 });
    return last?.unsaid ?? 0;
  }
}
