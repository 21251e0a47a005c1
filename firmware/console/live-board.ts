/**
 * What the pages see move: the last value of everything live, and a word to every listener when one changes. Holds no
 * history: whoever comes later takes a snapshot first, then follows.
 */
import { isDeepStrictEqual } from 'node:util';
import type { LiveChange, LiveCollection, LiveState } from '@branchline/contracts/live';
import type { Clock } from '@branchline/runtime/clock';

export type LiveValue<C extends LiveCollection> = LiveState[C][string];
export type LiveListener = (change: LiveChange) => void;

export class LiveBoard {
  readonly #clock: Clock;
  #site: LiveState['site'];
  readonly #shown: { readonly [C in LiveCollection]: Map<string, LiveValue<C>> } = {
    calls: new Map(),
    agents: new Map(),
    queues: new Map(),
    trunks: new Map(),
    phones: new Map(),
    alarms: new Map(),
    voicemail: new Map(),
    health: new Map(),
  };
  readonly #listeners = new Set<LiveListener>();

  constructor(clock: Clock, site: LiveState['site']) {
    this.#clock = clock;
    this.#site = site;
  }

  /** A new document may rename the branch; seen by every snapshot taken from now on. */
  setSite(site: LiveState['site']): void {
    this.#site = site;
  }

  /**
   * Shows `value` under `id`, or takes it away with null. Tells nobody when nothing changed.
   * The value belongs to the board from here on: give a new object for a new state.
   */
  set<C extends LiveCollection>(collection: C, id: string, value: LiveValue<C> | null): void {
    const shown: Map<string, LiveValue<C>> = this.#shown[collection];
    const before = shown.get(id);
    if (value === null) {
      if (!shown.delete(id)) return;
    } else {
      if (isDeepStrictEqual(before, value)) return;
      shown.set(id, value);
    }
    const change = { at: this.#now(), in: collection, id, value } as LiveChange;
    for (const listener of [...this.#listeners]) listener(change);
  }

  snapshot(): LiveState {
    return {
      at: this.#now(),
      site: this.#site,
      calls: Object.fromEntries(this.#shown.calls),
      agents: Object.fromEntries(this.#shown.agents),
      queues: Object.fromEntries(this.#shown.queues),
      trunks: Object.fromEntries(this.#shown.trunks),
      phones: Object.fromEntries(this.#shown.phones),
      alarms: Object.fromEntries(this.#shown.alarms),
      voicemail: Object.fromEntries(this.#shown.voicemail),
      health: Object.fromEntries(this.#shown.health),
    };
  }

  /** Hears every change until the returned function is called. A listener must not throw: it runs inside `set`. */
  subscribe(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
