/** Delays between attempts: doubling with full jitter, so that a fleet does not come back in step. Reset on success. */

export interface Backoff {
  /** Milliseconds to wait before the next attempt. */
  next(): number;
  reset(): void;
}

export function backoff(options: { firstMs: number; longestMs: number; random: () => number }): Backoff {
  let ceiling = options.firstMs;
  return {
    next() {
      const delay = Math.round(options.random() * ceiling);
      ceiling = Math.min(ceiling * 2, options.longestMs);
      return Math.max(delay, Math.min(options.firstMs, 100));
    },
    reset() {
      ceiling = options.firstMs;
    },
  };
}
