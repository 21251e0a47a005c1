/** One after the other: what is to be done about one thing waits for what is being done about it already. */
export class Turns {
  readonly #last = new Map<string | number, Promise<unknown>>();

  /** Others of the same key wait until `work` is over, however it ends. Within `work` the same key must not be asked for. */
  take<T>(key: string | number, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(key, mine);
    const over = (): void => {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    };
    mine.then(over, over);
    return mine;
  }

  /** Until nothing is being done or waits. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.allSettled(this.#last.values());
  }
}
