/** The clock's shell: asks time servers at the judge's pace, and tells what comes of it. It never sets the clock. */
import type { ClockRules, TimeServer } from '@branchline/contracts/branch/clock';
import type { ClockHealth } from '@branchline/contracts/clock';
import type { AlarmCode } from '@branchline/contracts/alarms';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Ask, Said } from './ask.ts';
import { clockPace, judgeClock, newClock, type ClockState } from './judge.ts';

export interface ClockDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: () => ClockRules;
  /** Those of the machine, where the document names none. */
  readonly machineServers: () => Promise<readonly TimeServer[]>;
  readonly ask: Ask;
  readonly alarms: {
    raise(code: AlarmCode, subject: string, detail?: string): void;
    clear(code: AlarmCode, subject: string): void;
  };
  readonly append: (events: readonly NewEvent[]) => void;
  readonly onChange: () => void;
}

const FIRST_MS = 5_000;
/** Of a long list no more are asked. */
const MOST_ASKED = 3;
/** Who wishes to be asked less often is left alone so long, ms; who wishes not to be asked at all, until the next start (RFC 4330 §8). */
const REST_MS = 3_600_000;
const SUBJECT = 'clock';

export class ClockKeeper {
  readonly name = 'clock';
  readonly #deps: ClockDeps;
  /** Monotonic, ms. */
  readonly #restUntil = new Map<string, number>();
  #state: ClockState;
  #timer: Timer | undefined;
  #running = false;

  constructor(deps: ClockDeps) {
    this.#deps = deps;
    this.#state = newClock(deps.clock.now());
  }

  start(): void {
    this.#running = true;
    this.#next(FIRST_MS);
  }

  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
  }

  health(): ClockHealth {
    const { condition, since, word, because } = this.#state;
    return {
      state: condition,
      since: iso(since),
      aheadMs: word ? Math.round(word.aheadMs) : null,
      withinMs: word ? Math.round(word.delayMs / 2) : null,
      by: word?.server ?? null,
      at: word ? iso(word.at) : null,
      ...(because === undefined ? {} : { because }),
    };
  }

  #next(ms: number): void {
    if (this.#running) this.#timer = this.#deps.clock.after(ms, () => void this.#round());
  }

  async #round(): Promise<void> {
    const servers = await this.#servers();
    const said = await Promise.all(
      servers.map(async (server) => [server, await this.#deps.ask(server)] as const),
    );
    if (!this.#running) return;
    for (const [server, one] of said) this.#heed(server, one);
    const words = said.flatMap(([, one]) => ('word' in one ? [one.word] : []));
    this.#judge({ asked: servers.length, words });
    this.#next(clockPace(this.#state));
  }

  async #servers(): Promise<readonly TimeServer[]> {
    const { rules, machineServers, clock } = this.#deps;
    const stated = rules().servers;
    const all = stated.length > 0 ? stated : await machineServers();
    const now = clock.monotonic();
    return all.filter(({ host }) => (this.#restUntil.get(host) ?? 0) <= now).slice(0, MOST_ASKED);
  }

  #heed({ host }: TimeServer, said: Said): void {
    if ('word' in said) return;
    const { log, clock } = this.#deps;
    log.debug({ server: host, ...said }, 'a time server did not tell');
    if (said.kiss === undefined) return;
    const never = said.kiss === 'DENY' || said.kiss === 'RSTR';
    if (never || said.kiss === 'RATE') {
      log.warn({ server: host, says: said.kiss }, 'a time server does not wish to be asked');
      this.#restUntil.set(host, never ? Infinity : clock.monotonic() + REST_MS);
    }
  }

  #judge(round: Parameters<typeof judgeClock>[1]): void {
    const { clock, rules, alarms, append, log, onChange } = this.#deps;
    const now = clock.now();
    const { state, changedFrom } = judgeClock(this.#state, round, now, rules().warnMs);
    this.#state = state;
    const { condition, word } = state;
    const by = word ? { aheadMs: Math.round(word.aheadMs), by: word.server } : {};
    if (condition === 'off' && word) alarms.raise('clock-off', SUBJECT, detailOf(word.aheadMs, word.server));
    if (condition === 'right') alarms.clear('clock-off', SUBJECT);
    if (changedFrom === undefined) return;
    log.info({ from: changedFrom, state: condition, ...by }, 'the clock');
    append([{ type: 'clock.changed', at: now, body: { from: changedFrom, state: condition, ...by } }]);
    onChange();
  }
}

const detailOf = (aheadMs: number, server: string): string =>
  `${aheadMs > 0 ? '+' : ''}${(aheadMs / 1_000).toFixed(1)} s (${server})`;
const iso = (ms: number): string => new Date(ms).toISOString();
