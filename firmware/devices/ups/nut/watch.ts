/** The driver of a UPS that Network UPS Tools looks after: a client of its upsd. Several UPS at one server are watched apart. */
import type { Duplex } from 'node:stream';
import type { NutUps } from '@branchline/contracts/branch/power';
import type { SocketAddress } from '@branchline/contracts/branch/values';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { Rhythm } from '../../rhythm.ts';
import type { UpsListener, UpsWatch } from '../port.ts';
import { NutClient } from './client.ts';
import { readingOf } from './messages.ts';

export interface NutWatchOptions {
  readonly ups: NutUps;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** @throws Error in a few words. */
  readonly open: (server: SocketAddress, signal: AbortSignal) => Promise<Duplex>;
  readonly secretOf: (name: string) => string | undefined;
  readonly listener: UpsListener;
}

const ANSWER_MS = 2_000;
const OPEN_MS = 3_000;
const MOST_FAILURES = 3;

export class NutWatch implements UpsWatch {
  readonly #options: NutWatchOptions;
  readonly #rhythm: Rhythm;
  #client: NutClient | undefined;
  #failures = 0;
  #stopped = false;

  constructor(options: NutWatchOptions) {
    this.#options = options;
    const { clock, random, ups } = options;
    this.#rhythm = new Rhythm({ clock, random, everyMs: ups.everyMs, run: (signal) => this.#turn(signal) });
  }

  start(): void {
    this.#rhythm.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#rhythm.stop();
    this.#client?.close();
  }

  test(): void {
    this.#order('test.battery.start.quick').catch((err: unknown) => {
      this.#options.log.warn({ err, ups: this.#options.ups.name }, 'a test was not begun');
    });
  }

  /** After the delay that the UPS's driver has (`ups.delay.shutdown`): NUT's instant command takes none. */
  cut(): Promise<void> {
    return this.#order('shutdown.return');
  }

  keepOn(): Promise<void> {
    return this.#order('shutdown.stop');
  }

  /** On a connection of its own: who has logged in is let do more than read. */
  async #order(command: string): Promise<void> {
    const { ups, open, clock, secretOf } = this.#options;
    const signal = AbortSignal.timeout(OPEN_MS);
    const client = new NutClient(await open(ups.server, signal), clock, ANSWER_MS);
    try {
      const password = ups.secret === undefined ? undefined : secretOf(ups.secret);
      if (ups.user !== undefined && password !== undefined) await client.logIn(ups.user, password, signal);
      await client.command(ups.as, command, signal);
    } finally {
      client.close();
    }
  }

  async #turn(signal: AbortSignal): Promise<boolean> {
    const { ups, open, clock, listener } = this.#options;
    try {
      if (!this.#client || this.#client.gone !== undefined) {
        const ended = AbortSignal.any([signal, AbortSignal.timeout(OPEN_MS)]);
        this.#client = new NutClient(await open(ups.server, ended), clock, ANSWER_MS);
      }
      const reading = readingOf(await this.#client.variables(ups.as, signal));
      if (!reading) throw new Error('upsd does not tell whether the mains are there');
      this.#failures = 0;
      if (!this.#stopped) listener.reading(reading);
      return true;
    } catch (error) {
      this.#failures += 1;
      if (!this.#stopped && this.#failures >= MOST_FAILURES) listener.silent((error as Error).message);
      return false;
    }
  }
}
