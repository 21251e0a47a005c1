/** Counts what went wrong, by kind and sender, and says when a count is worth a line in the log. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** The count after this one, or undefined when it is not worth a line: the 1st, 10th, 100th and every 1,000th are. */
  add(kind: string, sender: string): number | undefined {
    const key = `${kind} ${sender}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count === 1 || count === 10 || count === 100 || count % 1000 === 0 ? count : undefined;
  }

  of(kind: string, sender: string): number {
    return this.#counts.get(`${kind} ${sender}`) ?? 0;
  }
}
