/** The one place that turns a stream of happenings into a promise: armed before the request, ended by time, by abort or by the peer's end. */
import type { Clock } from './clock.ts';

export class WaitEnded extends Error {
  readonly why: 'timeout' | 'aborted' | 'peer-gone';
  constructor(what: string, why: WaitEnded['why']) {
    super(`waiting for ${what} ended: ${why}`);
    this.name = 'WaitEnded';
    this.why = why;
  }
}

interface Waiter<T> {
  readonly offer: (happening: T) => void;
  readonly end: (why: WaitEnded['why']) => void;
}

export class Waits<T> {
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The first happening that `matches`; rejects with WaitEnded after `timeoutMs`, on abort, or when `endAll` is called. */
  until(
    what: string,
    matches: (happening: T) => boolean,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const finish = (settle: () => void): void => {
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
        this.#waiters.delete(waiter);
        settle();
      };
      const end = (why: WaitEnded['why']): void => finish(() => reject(new WaitEnded(what, why)));
      const onAbort = (): void => end('aborted');
      const waiter: Waiter<T> = {
        offer: (happening) => {
          if (matches(happening)) finish(() => resolve(happening));
        },
        end,
      };
      const timer = this.#clock.after(timeoutMs, () => end('timeout'));
      this.#waiters.add(waiter);
      if (signal?.aborted) end('aborted');
      else signal?.addEventListener('abort', onAbort);
    });
  }

  offer(happening: T): void {
    for (const waiter of [...this.#waiters]) waiter.offer(happening);
  }

  /** The peer is gone: every wait on it ends now. */
  endAll(): void {
    for (const waiter of [...this.#waiters]) waiter.end('peer-gone');
  }

  get size(): number {
    return this.#waiters.size;
  }
}
