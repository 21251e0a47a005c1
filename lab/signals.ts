/** A typed emitter whose waits always end: in the event, in their time limit, or with the thing they wait on. */

export type Listener<T> = (value: T) => void;

export interface WaitOptions<T> {
  /** The longest wait, in milliseconds. */
  readonly withinMs: number;
  readonly where?: (value: T) => boolean;
}

export class WaitTimeout extends Error {
  override readonly name = 'WaitTimeout';
}

export class Signals<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();
  readonly #waits = new Set<(reason: Error) => void>();
  readonly #owner: string;
  readonly #explain: () => string;
  #ended: Error | undefined;

  /** `owner` names the thing in the messages of failed waits, and `explain` adds what it knows by then. */
  constructor(owner: string, explain: () => string = () => '') {
    this.#owner = owner;
    this.#explain = explain;
  }

  get ended(): Error | undefined {
    return this.#ended;
  }

  /** Returns the function that takes the listener off again. */
  on<K extends keyof Events>(name: K, listener: Listener<Events[K]>): () => void {
    let set = this.#listeners.get(name);
    if (!set) this.#listeners.set(name, (set = new Set()));
    set.add(listener);
    return () => set.delete(listener);
  }

  emit<K extends keyof Events>(name: K, value: Events[K]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) (listener as Listener<Events[K]>)(value);
  }

  /**
   * The next such event. Arm it before the request that causes the event.
   * Rejects with WaitTimeout, or with the reason given to `end`; failing before anybody awaits it harms nobody.
   */
  waitFor<K extends keyof Events>(name: K, options: WaitOptions<Events[K]>): Promise<Events[K]> {
    const timedOut = new WaitTimeout(`${this.#owner}: no '${String(name)}' within ${options.withinMs} ms`);
    const wait = new Promise<Events[K]>((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        off();
        this.#waits.delete(fail);
        settle();
      };
      const fail = (reason: Error): void => finish(() => reject(reason));
      const timer = setTimeout(() => {
        timedOut.message += this.#explain();
        fail(timedOut);
      }, options.withinMs);
      const off = this.on(name, (value) => {
        if (options.where?.(value) ?? true) finish(() => resolve(value));
      });
      this.#waits.add(fail);
    });
    wait.catch(() => undefined);
    return wait;
  }

  /** The thing is gone: every wait ends now, and every later one at once. */
  end(reason: Error): void {
    this.#ended ??= reason;
    for (const fail of [...this.#waits]) fail(this.#ended);
  }
}
