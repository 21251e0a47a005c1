/** The calls that events still come for: all live ones, and the last ended ones, as their recording's end follows theirs. */
import type { KeptCall } from '../store/calls.ts';

const MOST_ENDED = 2_000;

export class CallCache {
  readonly #live = new Map<string, KeptCall>();
  readonly #ended = new Map<string, KeptCall>();

  get(key: string): KeptCall | undefined {
    return this.#live.get(key) ?? this.#ended.get(key);
  }

  set(key: string, call: KeptCall): void {
    this.#live.delete(key);
    this.#ended.delete(key);
    if (call.summary?.outcome === 'live') this.#live.set(key, call);
    else this.#ended.set(key, call);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > MOST_ENDED && oldest !== undefined) this.#ended.delete(oldest);
  }

  forget(key: string): void {
    this.#live.delete(key);
    this.#ended.delete(key);
  }

  clear(): void {
    this.#live.clear();
    this.#ended.clear();
  }
}
