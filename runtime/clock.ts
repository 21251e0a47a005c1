/** Time as a parameter. `now` is the wall clock and may jump; `monotonic` never goes back and measures durations. */

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Milliseconds since some moment in the past; for durations. */
  monotonic(): number;
  /** Runs `action` once after `ms` milliseconds, 0 to 2^31 - 1. */
  after(ms: number, action: () => void): Timer;
}

const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, action) {
    const handle = setTimeout(action, Math.min(Math.max(ms, 0), LONGEST_MS));
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A clock that moves only when told to: timers run in order of their time, then of their making. */
export class ManualClock implements Clock {
  #at: number;
  #order = 0;
  readonly #timers = new Map<number, { due: number; action: () => void }>();

  constructor(startMs = Date.UTC(2026, 0, 5, 2)) {
    this.#at = startMs;
  }

  now(): number {
    return this.#at;
  }

  monotonic(): number {
    return this.#at;
  }

  after(ms: number, action: () => void): Timer {
    const key = ++this.#order;
    this.#timers.set(key, { due: this.#at + Math.max(ms, 0), action });
    return { cancel: () => void this.#timers.delete(key) };
  }

  /** Moves time on by `ms`, running every timer that falls due on the way. */
  advance(ms: number): void {
    const until = this.#at + ms;
    for (;;) {
      const next = [...this.#timers]
        .filter(([, t]) => t.due <= until)
        .sort(([a, s], [b, t]) => s.due - t.due || a - b)[0];
      if (!next) break;
      this.#timers.delete(next[0]);
      this.#at = Math.max(this.#at, next[1].due);
      next[1].action();
    }
    this.#at = until;
  }
}
