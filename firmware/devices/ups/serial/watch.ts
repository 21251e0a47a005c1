/** The driver of a UPS at a serial line: opens, finds the family, asks again and again, carries out orders in between. */
import { coded, CodedError, saidOf } from '@branchline/contracts/alarm-detail';
import type { SerialUps } from '@branchline/contracts/branch/power';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { Rhythm } from '../../rhythm.ts';
import type { UpsListener, UpsWatch } from '../port.ts';
import type { OpenUps } from './bytes.ts';
import { Exchange } from './exchange.ts';
import { familyOf, STATUS_QUESTION, type Family } from './family.ts';
import { cutCommand, ratingOf, shown, statusOf, type Rating } from './messages.ts';

export interface SerialWatchOptions {
  readonly ups: SerialUps;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly open: OpenUps;
  readonly listener: UpsListener;
  /** How long it may take to answer; ANSWER_MS when left out. */
  readonly answerMs?: number;
}

/** At 2400 bit/s an answer takes 200 ms; a UPS that is busy takes its time, ms. */
const ANSWER_MS = 1_000;
const OPEN_MS = 3_000;
/** So many questions in a row without a use, and it is told as silent. */
const MOST_FAILURES = 3;

interface Link {
  readonly exchange: Exchange;
  readonly family: Family;
  readonly rating: Rating | undefined;
}

export class SerialWatch implements UpsWatch {
  readonly #options: SerialWatchOptions;
  readonly #rhythm: Rhythm;
  #link: Link | undefined;
  #failures = 0;
  #orders: { readonly command: string; readonly done: (error?: Error) => void }[] = [];
  #stopped = false;

  constructor(options: SerialWatchOptions) {
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
    this.#link?.exchange.close();
    for (const { done } of this.#orders.splice(0)) done(new CodedError(coded('watch-ended')));
  }

  test(): void {
    this.#order('T').catch((err: unknown) => this.#options.log.warn({ err }, 'a test was not begun'));
  }

  cut(afterS: number): Promise<void> {
    return this.#order(cutCommand(afterS));
  }

  keepOn(): Promise<void> {
    return this.#order('C');
  }

  #order(command: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#orders.push({ command, done: (error) => (error ? reject(error) : resolve()) });
      void this.#rhythm.now();
    });
  }

  async #turn(signal: AbortSignal): Promise<boolean> {
    try {
      this.#link ??= await this.#connect(signal);
      await this.#carryOut(this.#link, signal);
      await this.#read(this.#link, signal);
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#failed(saidOf(error));
      return false;
    }
  }

  async #connect(signal: AbortSignal): Promise<Link> {
    const { open, ups, clock, log, answerMs = ANSWER_MS } = this.#options;
    const stream = await open(ups, AbortSignal.any([signal, AbortSignal.timeout(OPEN_MS)]));
    const exchange = new Exchange(stream, clock, answerMs);
    try {
      const family = await familyOf((command) => exchange.ask(command, signal), ups.driver);
      if (!family) throw new CodedError(exchange.gone ?? coded('not-this-family', spoken(ups.driver)));
      const rating = ratingOf((await exchange.ask('F', signal)) ?? '');
      log.info({ ups: ups.name, family, rating }, 'a UPS answers');
      return { exchange, family, rating };
    } catch (error) {
      exchange.close();
      throw error;
    }
  }

  async #read({ exchange, family, rating }: Link, signal: AbortSignal): Promise<void> {
    const answer = await exchange.ask(STATUS_QUESTION[family], signal);
    if (answer === undefined) throw new CodedError(coded('no-answer'));
    const read = statusOf(answer);
    if (!read.ok) throw new CodedError(read.why);
    if (!this.#stopped) this.#options.listener.reading({ ...read.status, ...rating });
  }

  /** An order is obeyed in silence; a UPS that does not know it sends it back. */
  async #carryOut({ exchange }: Link, signal: AbortSignal): Promise<void> {
    for (let next = this.#orders.shift(); next; next = this.#orders.shift()) {
      try {
        const answer = await exchange.ask(next.command, signal);
        const refused = answer !== undefined && answer !== '' && !answer.startsWith('ACK');
        next.done(refused ? new CodedError(coded('order-refused', next.command, shown(answer))) : undefined);
      } catch (error) {
        next.done(error as Error);
        throw error;
      }
    }
  }

  #failed(why: string): void {
    const { ups, log, listener } = this.#options;
    this.#failures += 1;
    log.debug({ ups: ups.name, why }, 'a UPS was not read');
    const gone = this.#link?.exchange.gone;
    if (gone !== undefined || this.#failures >= MOST_FAILURES) {
      this.#link?.exchange.close();
      this.#link = undefined;
    }
    if (this.#stopped || this.#failures < MOST_FAILURES) return;
    for (const { done } of this.#orders.splice(0)) done(new CodedError(why));
    listener.silent(why);
  }
}

const spoken = (driver: SerialUps['driver']): string =>
  driver === 'auto' ? 'Megatec / Voltronic-QS' : driver === 'megatec' ? 'Megatec' : 'Voltronic-QS';
