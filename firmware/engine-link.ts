/** Keeps the connection to the engine: connects, adopts what lives, watches that it answers, and ends a hung one so that its supervisor starts it anew. */
import { join } from 'node:path';
import type { HealthReport } from '@branchline/contracts/health';
import type { NewEvent } from '@branchline/contracts/ledger';
import { readIfThere } from '@branchline/runtime/atomic-file';
import { backoff, type Backoff } from '@branchline/runtime/backoff';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { CallService } from './calls/service.ts';
import { connectEngine } from './engine/connect.ts';
import { enginePid, watchEngine, type Health } from './engine/instance/watch.ts';
import type { EngineAccess } from './engine/instance/start.ts';
import type { Engine, EngineEvent } from './engine/port.ts';
import type { Alarms } from './health/alarms.ts';
import type { LineBook } from './trunks/line-book.ts';

export interface EngineLinkDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly engineDir: string;
  readonly sip: { readonly address: string; readonly port: number };
  readonly calls: CallService;
  readonly lines: LineBook;
  readonly alarms: Alarms;
  /** The engine's birth that our record of calls belongs to. */
  readonly lastBirth: () => string | undefined;
  readonly onAdopted: (birth: string, counts: { adopted: number; closed: number }, engine: Engine) => void;
  readonly append: (events: readonly NewEvent[]) => void;
  readonly onChange: () => void;
}

const COMMAND_MS = 5_000;
const WATCH_MS = 2_000;
const ANSWER_MS = 1_500;
/** A busy engine may be late; one that is silent for this long is hung. */
const HUNG_MS = 8_000;

export class EngineLink {
  readonly name = 'engine';
  readonly #deps: EngineLinkDeps;
  readonly #end = new AbortController();
  readonly #backoff: Backoff;
  #engine: Engine | undefined;
  #retry: Timer | undefined;
  #state: HealthReport['engine'];

  constructor(deps: EngineLinkDeps) {
    this.#deps = deps;
    this.#backoff = backoff({ firstMs: 100, longestMs: 2_000, random: Math.random });
    this.#state = {
      state: 'down',
      version: null,
      since: new Date(deps.clock.now()).toISOString(),
      optionsMs: null,
    };
  }

  health(): HealthReport['engine'] {
    return this.#state;
  }

  start(): void {
    const { sip } = this.#deps;
    void this.#connect();
    void watchEngine({
      sip,
      pingAri: () => this.#engine?.ping() ?? Promise.reject(new Error('not connected')),
      everyMs: WATCH_MS,
      timeoutMs: ANSWER_MS,
      hungAfterMs: HUNG_MS,
      onHealth: (health) => this.#watched(health),
      onHung: (silentMs) => this.#endHung(silentMs),
      signal: this.#end.signal,
    });
  }

  stop(): void {
    this.#end.abort();
    this.#retry?.cancel();
    this.#engine?.close();
  }

  async #connect(): Promise<void> {
    if (this.#end.signal.aborted) return;
    const { calls, engineDir, log } = this.#deps;
    try {
      const access = readAccess(engineDir);
      calls.beginAdoption();
      const engine = await connectEngine({
        access,
        timeoutMs: COMMAND_MS,
        onEvent: (event) => this.#event(event),
      });
      await this.#adopt(engine);
      this.#backoff.reset();
    } catch (error) {
      log.debug({ err: error }, 'the engine is not there yet');
      this.#again();
    }
  }

  async #adopt(engine: Engine): Promise<void> {
    const { calls, lines, lastBirth, onAdopted } = this.#deps;
    this.#engine = engine;
    const after = lastBirth() === engine.birth ? 'service-restart' : 'engine-restart';
    const counts = await calls.connected(engine, after);
    for (const { peer, reachable } of await engine.peers()) {
      lines.peer(peer, reachable);
      if (peer.kind === 'phone') calls.happen({ type: 'phone', phone: peer.name, reachable });
    }
    this.#turn('up');
    onAdopted(engine.birth, counts, engine);
  }

  #event(event: EngineEvent): void {
    const { calls, lines, log } = this.#deps;
    switch (event.type) {
      case 'call-offered':
        this.#engine
          ?.claim(event.channel)
          .catch((err: unknown) =>
            log.warn({ err, channel: event.channel }, 'a call was not ours to take any more'),
          );
        return;
      case 'peer-state':
        lines.peer(event.peer, event.reachable);
        break;
      case 'lost':
        return this.#lost(event.reason);
      default:
    }
    calls.engineEvent(event);
  }

  #lost(reason: string): void {
    const { calls, log } = this.#deps;
    log.warn({ reason }, 'the connection to the engine is lost');
    this.#engine = undefined;
    calls.disconnected();
    this.#again();
  }

  #again(): void {
    this.#retry?.cancel();
    this.#retry = this.#deps.clock.after(this.#backoff.next(), () => void this.#connect());
  }

  #watched(health: Health): void {
    if (health.state === 'answering') this.#turn('up', health.sipMs);
    else if (health.state === 'silent') this.#turn(health.missing.includes('sip') ? 'not-answering' : 'down');
  }

  #turn(state: HealthReport['engine']['state'], optionsMs?: number): void {
    const { clock, alarms, append, onChange } = this.#deps;
    const ms = optionsMs === undefined ? this.#state.optionsMs : Math.round(optionsMs * 10) / 10;
    if (this.#state.state === state) {
      this.#state = { ...this.#state, optionsMs: ms };
      return;
    }
    this.#state = {
      ...this.#state,
      state,
      since: new Date(clock.now()).toISOString(),
      optionsMs: state === 'up' ? ms : null,
    };
    append([
      {
        type: 'engine.state',
        at: clock.now(),
        body: { state: state === 'up' ? 'up' : 'down', detail: state },
      },
    ]);
    if (state === 'up') alarms.clear('engine-down', 'engine');
    else alarms.raise('engine-down', 'engine', state);
    onChange();
  }

  #endHung(silentMs: number): void {
    const pid = enginePid(join(this.#deps.engineDir, 'run'));
    this.#deps.log.error({ silentMs, pid }, 'the engine is hung: ending it, its supervisor starts it again');
    if (pid === undefined) return;
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      this.#deps.log.error(
        { err: error, pid },
        'the hung engine could not be ended: this service may not signal it',
      );
    }
  }
}

function readAccess(engineDir: string): EngineAccess {
  const path = join(engineDir, 'run/ari.json');
  const text = readIfThere(path);
  if (text === undefined) throw new Error(`${path} is not there: the engine has not been started yet`);
  return JSON.parse(text) as EngineAccess;
}
