/**
 * Channels on their way into the application. The engine brings them in by threads of its own, and until they are there it
 * refuses everything that is asked of them; it waits here for their arrival, in order.
 */
import { EngineSilent } from './ari/errors.ts';
import type { ChannelId } from './port.ts';

/** The connection was lost while channels were on their way in: whether they are in, nobody knows before the next one is up. */
export class LostOnTheWay extends EngineSilent {}

interface Waiting {
  readonly go: () => void;
  readonly fail: (error: unknown) => void;
}

export class Entering {
  readonly #onTheWay = new Map<ChannelId, Waiting[]>();
  readonly #timeoutMs: number;

  /** A channel that has not entered within `timeoutMs` is given up. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Sends what brings the channel in; what is asked of it from now on waits. Resolves when it is there. */
  bring(channel: ChannelId, send: () => Promise<void>): Promise<void> {
    this.#onTheWay.set(channel, []);
    const timer = setTimeout(() => {
      this.#fail(
        channel,
        new EngineSilent('enter', `the channel did not enter within ${this.#timeoutMs} ms`),
      );
    }, this.#timeoutMs);
    const entered = this.#wait(channel, () => {
      clearTimeout(timer);
      return Promise.resolve();
    });
    send().catch((error: unknown) => {
      clearTimeout(timer);
      this.#fail(channel, error);
    });
    return entered;
  }

  /** Now, or as soon as the channel is there. */
  when(channel: ChannelId, send: () => Promise<void>): Promise<void> {
    return this.#onTheWay.has(channel) ? this.#wait(channel, send) : send();
  }

  /** False when it was not awaited. */
  entered(channel: ChannelId): boolean {
    const waiting = this.#onTheWay.get(channel);
    this.#onTheWay.delete(channel);
    for (const { go } of waiting ?? []) go();
    return waiting !== undefined;
  }

  gone(channel: ChannelId): void {
    if (!this.#onTheWay.has(channel)) return;
    this.#fail(channel, new EngineSilent('enter', 'the channel ended before it entered'));
  }

  lost(reason: string): void {
    for (const channel of [...this.#onTheWay.keys()]) this.#fail(channel, new LostOnTheWay('enter', reason));
  }

  #wait(channel: ChannelId, send: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onTheWay.get(channel)?.push({ go: () => void send().then(resolve, reject), fail: reject });
    });
  }

  #fail(channel: ChannelId, error: unknown): void {
    const waiting = this.#onTheWay.get(channel);
    this.#onTheWay.delete(channel);
    for (const { fail } of waiting ?? []) fail(error);
  }
}
