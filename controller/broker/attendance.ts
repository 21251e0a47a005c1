/**
 * Which boxes are connected to a broker outside: by their own words, which the broker keeps, and by their wills. What the
 * broker has kept may be older than its last fault, so a box that is not heard of for long is taken for gone. Pure but for
 * its memory.
 */

/** A box says how it is every 5 min at least (contracts/topics.ts, health); two of those, and the way, ms. */
export const SILENT_MS = 11 * 60_000;

export class Attendance {
  /** Monotonic ms of the last word. */
  readonly #heardAt = new Map<string, number>();

  get size(): number {
    return this.#heardAt.size;
  }

  has(box: string): boolean {
    return this.#heardAt.has(box);
  }

  came(box: string, nowMs: number): void {
    this.#heardAt.set(box, nowMs);
  }

  /** Any word that it has said now. */
  heard(box: string, nowMs: number): void {
    if (this.#heardAt.has(box)) this.#heardAt.set(box, nowMs);
  }

  /** Whether it was there. */
  went(box: string): boolean {
    return this.#heardAt.delete(box);
  }

  /** Those that have been silent for too long; they are not there any more. */
  silent(nowMs: number): string[] {
    const gone = [...this.#heardAt].filter(([, at]) => nowMs - at >= SILENT_MS).map(([box]) => box);
    for (const box of gone) this.#heardAt.delete(box);
    return gone;
  }

  /** All of them: the broker itself is away. */
  all(): string[] {
    const gone = [...this.#heardAt.keys()];
    this.#heardAt.clear();
    return gone;
  }
}
