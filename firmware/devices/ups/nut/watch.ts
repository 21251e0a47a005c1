/** The driver of a UPS that Network UPS Tools looks after: a client of its upsd. Several UPS at one server are watched apart. */
import type { Duplex } from 'node:stream';
import { coded, CodedError, saidOf } from '@branchline/contracts/alarm-detail';
import type { NutUps } from '@branchline/contracts/branch/power';
import type { SocketAddress } from '@branchline/contracts/branch/values';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { Rhythm } from '../../rhythm.ts';
import type { Outlet, UpsListener, UpsOutlets, UpsWatch } from '../port.ts';
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

  /** upsd says OK when it has handed the order to its driver. */
  readonly outlets: UpsOutlets = {
    turn: async (outlet, to) => {
      const command = orderOf(outlet, to);
      try {
        await this.#order(command);
      } catch (error) {
        const why = (await this.#missing([command]).catch(() => undefined)) ?? saidOf(error);
        throw new CodedError(`${this.#options.ups.name}: ${command}: ${why}`, { cause: error });
      }
    },
    lacks: async (outlet) => {
      const commands = [orderOf(outlet, 'off'), orderOf(outlet, 'on')];
      const why = await this.#missing(commands);
      return why === undefined ? undefined : `${this.#options.ups.name}: ${commands.join(', ')}: ${why}`;
    },
  };

  /** What the UPS does not offer of these, told by what it offers. */
  async #missing(commands: readonly string[]): Promise<string | undefined> {
    const offered = await this.#once((client, signal) => client.commands(this.#options.ups.as, signal));
    if (commands.every((command) => offered.includes(command))) return undefined;
    return `∉ {${offered.filter((command) => /^(?:outlet\.|load\.)/.test(command)).join(', ')}}`;
  }

  /** On a connection of its own: who has logged in is let do more than read. */
  async #order(command: string): Promise<void> {
    const { ups, secretOf } = this.#options;
    await this.#once(async (client, signal) => {
      const password = ups.secret === undefined ? undefined : secretOf(ups.secret);
      if (ups.user !== undefined && password !== undefined) await client.logIn(ups.user, password, signal);
      await client.command(ups.as, command, signal);
    });
  }

  async #once<T>(ask: (client: NutClient, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { ups, open, clock } = this.#options;
    const signal = AbortSignal.timeout(OPEN_MS);
    const client = new NutClient(await open(ups.server, signal), clock, ANSWER_MS);
    try {
      return await ask(client, signal);
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
      if (!reading) throw new CodedError(coded('nut-no-mains'));
      this.#failures = 0;
      if (!this.#stopped) listener.reading(reading);
      return true;
    } catch (error) {
      this.#failures += 1;
      if (!this.#stopped && this.#failures >= MOST_FAILURES) listener.silent(saidOf(error));
      return false;
    }
  }
}

const orderOf = (outlet: Outlet, to: 'on' | 'off'): string =>
  outlet === 'all' ? `load.${to}` : `outlet.${outlet}.load.${to}`;
