/** Chance that can be had again: the same seed gives the same numbers on every machine. */
export interface Chance {
  /** 0 up to, but not, 1. */
  next(): number;
  /** Waiting time until the next of events that come at random, with this mean. */
  exponential(mean: number): number;
  /** Skewed to the right, as talks are. */
  logNormal(mean: number, spread: number): number;
  pick<T>(from: readonly T[]): T;
}

/** Mulberry32. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    exponential: (mean) => -mean * Math.log(1 - next()),
    logNormal: (mean, spread) => mean * Math.exp(spread * normal() - (spread * spread) / 2),
    pick: (from) => {
      const found = from[Math.floor(next() * from.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    },
  };
}

/** A heap of moments: what is due next comes out first; of equals, what went in first. */
export class Agenda<T> {
  readonly #heap: { at: number; order: number; what: T }[] = [];
  #order = 0;

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  add(at: number, what: T): void {
    const heap = this.#heap;
    heap.push({ at, order: (this.#order += 1), what });
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  take(): { at: number; what: T } {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!first || !last) throw new Error('the agenda is empty');
    if (heap.length > 0) {
      heap[0] = last;
      for (let parent = 0; ;) {
        const [left, right] = [2 * parent + 1, 2 * parent + 2];
        let best = parent;
        if (left < heap.length && this.#before(left, best)) best = left;
        if (right < heap.length && this.#before(right, best)) best = right;
        if (best === parent) break;
        this.#swap(parent, best);
        parent = best;
      }
    }
    return { at: first.at, what: first.what };
  }

  #before(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (!one || !other) return false;
    return one.at === other.at ? one.order < other.order : one.at < other.at;
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one && other) [this.#heap[a], this.#heap[b]] = [other, one];
  }
}
