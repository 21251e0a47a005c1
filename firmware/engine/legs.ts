/**
 * Legs on their way into the application. The engine makes a channel in a thread of its own, so that for a moment after
 * the answer to 'create' it refuses everything else; what is asked of such a leg waits here for its arrival, in order.
 */
import { EngineSilent } from './ari/errors.ts';
import type { ChannelId } from './port.ts';

interface Waiting {
  readonly go: () => void;
  readonly fail: (error: unknown) => void;
}

export class Legs {
  readonly #onTheWay = new Map<ChannelId, Waiting[]>();
  readonly #timeoutMs: number;

  /** A leg that has not arrived within `timeoutMs` is given up. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Sends the creation; what is asked of the channel from now on waits. */
  create(channel: ChannelId, send: () => Promise<void>): Promise<void> {
    this.#onTheWay.set(channel, []);
    const timer = setTimeout(() => {
      this.#fail(channel, new EngineSilent('create', `the leg did not arrive within ${this.#timeoutMs} ms`));
    }, this.#timeoutMs);
    const arrival = this.#wait(channel, () => {
      clearTimeout(timer);
      return Promise.resolve();
    });
    send().catch((error: unknown) => {
      clearTimeout(timer);
      this.#fail(channel, error);
    });
    return arrival;
  }

  /** Now, or as soon as the channel is there. */
  when(channel: ChannelId, send: () => Promise<void>): Promise<void> {
    return this.#onTheWay.has(channel) ? this.#wait(channel, send) : send();
  }

  arrived(channel: ChannelId): void {
    const waiting = this.#onTheWay.get(channel);
    this.#onTheWay.delete(channel);
    for (const { go } of waiting ?? []) go();
  }

  gone(channel: ChannelId): void {
    if (!this.#onTheWay.has(channel)) return;
    this.#fail(channel, new EngineSilent('create', 'the leg ended before it arrived'));
  }

  lost(reason: string): void {
    for (const channel of [...this.#onTheWay.keys()]) this.#fail(channel, new EngineSilent('create', reason));
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
