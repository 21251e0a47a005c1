/**
 * Keeps a link to headquarters for as long as it runs: reads the identity afresh for each attempt, and waits between
 * attempts with full jitter, so that a fleet does not come back in step after headquarters was away.
 */
import { mkdirSync, watch } from 'node:fs';
import { coded, saidOf } from '@branchline/contracts/alarm-detail';
import { backoff, type Backoff } from '@branchline/runtime/backoff';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Identity, Reading } from './identity.ts';
import type { Link, LinkEvents } from './link.ts';

export interface SessionEvents {
  up(link: Link): void;
  message(topic: string, bytes: Uint8Array): void;
  /** Of a link that had been up. */
  down(): void;
  /** Not connected, and this is why: after every failed attempt and every loss. */
  waiting(why: string): void;
}

export interface SessionTuning {
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** A link that stood this long was a good one: the next wait is a short one. */
  readonly provenMs: number;
}

export const SESSION_TUNING: SessionTuning = {
  firstRetryMs: 1_000,
  longestRetryMs: 60_000,
  provenMs: 30_000,
};

export interface SessionDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly readIdentity: () => Promise<Reading>;
  /** Told when the identity's files may have changed; the returned function ends it. */
  readonly watchIdentity: (changed: () => void) => () => void;
  readonly open: (identity: Identity, events: LinkEvents) => Link;
  readonly tuning?: SessionTuning;
}

/** Of the identity's files; 'again' when one changed while they were being read. */
type Attention = 'not' | 'once' | 'again';

export class Session {
  readonly #deps: SessionDeps;
  readonly #events: SessionEvents;
  readonly #tuning: SessionTuning;
  readonly #backoff: Backoff;
  #running = false;
  #link: Link | undefined;
  #timer: Timer | undefined;
  #unwatch: (() => void) | undefined;
  #unfit = false;
  #hurry = false;
  #pausedUntil = -Infinity;
  #reading: Attention = 'not';

  constructor(deps: SessionDeps, events: SessionEvents) {
    this.#deps = deps;
    this.#events = events;
    this.#tuning = deps.tuning ?? SESSION_TUNING;
    this.#backoff = backoff({
      firstMs: this.#tuning.firstRetryMs,
      longestMs: this.#tuning.longestRetryMs,
      random: deps.random,
    });
  }

  start(): void {
    this.#running = true;
    void this.#attempt();
    this.#unwatch = this.#deps.watchIdentity(() => {
      if (this.#reading !== 'not') this.#reading = 'again';
      else if (this.#unfit && this.#running) void this.#attempt();
    });
  }

  /** Resolves within `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#running = false;
    this.#unwatch?.();
    this.#timer?.cancel();
    await this.#link?.close(withinMs);
  }

  /** At once and by a new connection, whatever the one that is open still promises. */
  again(): void {
    if (!this.#running) return;
    this.#backoff.reset();
    this.#hurry = true;
    if (this.#link) void this.#link.close(0);
    else if (this.#reading === 'not') void this.#attempt();
  }

  /** What is open ends without a goodbye, and nothing is opened before that time is over. */
  pause(ms: number): void {
    if (!this.#running) return;
    this.#pausedUntil = this.#deps.clock.monotonic() + ms;
    if (this.#link) void this.#link.close(0);
  }

  async #attempt(): Promise<void> {
    this.#hurry = false;
    this.#timer?.cancel();
    const reading = await this.#read();
    if (!this.#running) return;
    // How long enrolment took says nothing about the line.
    if (this.#unfit && reading.fit) this.#backoff.reset();
    this.#unfit = !reading.fit;
    if (!reading.fit) return void this.#wait(reading.why);
    try {
      this.#open(reading.identity);
    } catch (error) {
      this.#wait(`${coded('not-opened-because')}${saidOf(error)}`);
    }
  }

  async #read(): Promise<Reading> {
    this.#reading = 'once';
    const reading = await this.#deps
      .readIdentity()
      .catch((error: unknown): Reading => ({ fit: false, why: saidOf(error) }));
    const again = this.#takeReading() === 'again' && !reading.fit && this.#running;
    return again ? this.#read() : reading;
  }

  #takeReading(): Attention {
    const reading = this.#reading;
    this.#reading = 'not';
    return reading;
  }

  #open(identity: Identity): void {
    let proven: Timer | undefined;
    let wasUp = false;
    const link = this.#deps.open(identity, {
      up: () => {
        wasUp = true;
        proven = this.#deps.clock.after(this.#tuning.provenMs, () => this.#backoff.reset());
        this.#events.up(link);
      },
      message: (topic, bytes) => this.#events.message(topic, bytes),
      down: (why) => {
        proven?.cancel();
        this.#link = undefined;
        if (wasUp) this.#events.down();
        this.#wait(why);
      },
    });
    this.#link = link;
  }

  #wait(why: string): void {
    if (!this.#running) return;
    const paused = Math.max(0, this.#pausedUntil - this.#deps.clock.monotonic());
    const delay = Math.max(paused, this.#hurry ? 0 : this.#backoff.next());
    this.#deps.log.debug({ why, delay }, 'trying again later');
    this.#timer = this.#deps.clock.after(delay, () => void this.#attempt());
    this.#events.waiting(why);
  }
}

/** Watches some files of a folder; where watching is not to be had, the session's own retries find the change. */
export function watchFiles(
  folder: string,
  names: readonly string[],
  log: Log,
): (changed: () => void) => () => void {
  return (changed) => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || names.includes(name)) changed();
      });
      watcher.on('error', (error) => log.debug({ err: error }, 'the identity is no longer watched'));
      return () => watcher.close();
    } catch (error) {
      log.debug({ err: error }, 'the identity cannot be watched');
      return () => undefined;
    }
  };
}
