/** Keeps the connection to the engine: connects, adopts what lives, watches that it answers, and ends a hung one so that its supervisor starts it anew. */
import { join } from 'node:path';
import { coded } from '@branchline/contracts/alarm-detail';
import type { Branch } from '@branchline/contracts/branch/model';
import type { HealthReport } from '@branchline/contracts/health';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { CallService } from './calls/service.ts';
import { keepLinked } from './engine/link.ts';
import { refreshInstance } from './engine/instance/refresh.ts';
import type { SiteFile } from './engine/instance/site-file.ts';
import { enginePid, watchEngine, type Health } from './engine/instance/watch.ts';
import type { Engine, EngineEvent } from './engine/port.ts';
import type { Alarms } from './health/alarms.ts';
import type { LineBook } from './trunks/line-book.ts';

/** Who has business of his own with the engine, beside the calls of people. */
export interface EngineUser {
  hear(event: EngineEvent): void;
  /** Undefined when the connection is lost. */
  engineIs(engine: Engine | undefined): void;
}

export interface EngineLinkDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly engineDir: string;
  /** What its files are made from, by a document. */
  readonly siteOf: (branch: Branch) => SiteFile;
  readonly sip: { readonly address: string; readonly port: number };
  readonly calls: CallService;
  readonly lines: LineBook;
  readonly users: readonly EngineUser[];
  /** This one has only just been started: what it says of gateways it has not asked yet. */
  readonly engineIsNew: () => void;
  readonly alarms: Alarms;
  /** The calls that engines have written down as taken by themselves, and that may not be in the ledger yet. */
  readonly servedAlone: () => ReadonlySet<string>;
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
  #engine: Engine | undefined;
  #seen = false;
  /** When the present connection had its calls adopted, by the monotonic clock. */
  #upAt = 0;
  #state: HealthReport['engine'];

  constructor(deps: EngineLinkDeps) {
    this.#deps = deps;
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
    const { sip, engineDir, log } = this.#deps;
    void keepLinked({
      accessFile: join(engineDir, 'run/ari.json'),
      timeoutMs: COMMAND_MS,
      signal: this.#end.signal,
      onEvent: (event) => this.#hear(event),
      onEngine: (engine) => this.#connected(engine),
      onFailure: (reason) => log.debug({ reason }, 'the engine is not there yet'),
    });
    void watchEngine({
      sip,
      pingAri: () => this.#engine?.ping() ?? Promise.reject(new Error('not connected')),
      seen: () => this.#seen,
      takenAt: () => this.#upAt,
      everyMs: WATCH_MS,
      timeoutMs: ANSWER_MS,
      hungAfterMs: HUNG_MS,
      onHealth: (health) => this.#watched(health),
      onHung: (silentMs) => this.#endHung(silentMs),
      onMute: () => this.#connectAnew(),
      signal: this.#end.signal,
    });
  }

  stop(): void {
    this.#end.abort();
  }

  /** The engine that runs takes the document over; one that does not answer reads it when it is started next. */
  async documentChanged(branch: Branch): Promise<void> {
    const { engineDir, siteOf, log } = this.#deps;
    try {
      const { settings } = siteOf(branch);
      const found = await refreshInstance({
        etc: join(engineDir, 'etc'),
        accessFile: join(engineDir, 'run/ari.json'),
        branch,
        settings,
        timeoutMs: COMMAND_MS,
      });
      log.info(found, 'the engine has taken over the document');
      if (this.#engine) await this.#peers(this.#engine);
    } catch (err) {
      log.warn({ err }, 'the engine takes the document over when it is started next');
    }
  }

  #hear(event: EngineEvent): void {
    const { calls, lines, users, log } = this.#deps;
    for (const user of users) user.hear(event);
    switch (event.type) {
      case 'connected':
        return calls.beginAdoption();
      case 'peer-state':
        lines.peer(event.peer, event.reachable);
        break;
      case 'lost':
        log.warn({ reason: event.reason }, 'the connection to the engine is lost');
        this.#engine = undefined;
        for (const user of users) user.engineIs(undefined);
        return calls.disconnected();
      default:
    }
    calls.engineEvent(event);
  }

  #connected(engine: Engine): void {
    this.#engine = engine;
    this.#seen = true;
    this.#adopt(engine).catch((err: unknown) => {
      this.#deps.log.error({ err }, 'calls could not be adopted: connecting anew');
      engine.close();
    });
  }

  async #adopt(engine: Engine): Promise<void> {
    const { calls, users, engineIsNew, lastBirth, servedAlone, onAdopted } = this.#deps;
    const after = lastBirth() === engine.birth ? 'service-restart' : 'engine-restart';
    const counts = await calls.connected(engine, after, servedAlone);
    if (after === 'engine-restart') engineIsNew();
    await this.#peers(engine);
    for (const user of users) user.engineIs(engine);
    this.#state = { ...this.#state, version: (await engine.version()) ?? null };
    this.#upAt = performance.now();
    this.#turn('up');
    onAdopted(engine.birth, counts, engine);
  }

  async #peers(engine: Engine): Promise<void> {
    const { calls, lines } = this.#deps;
    for (const { peer, reachable } of await engine.peers()) {
      lines.peer(peer, reachable);
      if (peer.kind === 'phone') calls.happen({ type: 'phone', phone: peer.name, reachable });
    }
  }

  #watched(health: Health): void {
    if (health.state === 'answering') this.#turn('up', health.sipMs);
    // A question that was asked of the engine before this one says nothing of this one.
    else if (health.state === 'silent' && health.since >= this.#upAt)
      this.#turn(health.missing.includes('sip') ? 'not-answering' : 'down');
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
    else alarms.raise('engine-down', 'engine', coded(`engine-${state}`));
    onChange();
  }

  /** Calls stay as they are; who is in the application is adopted by the next connection. */
  #connectAnew(): void {
    if (!this.#engine) return;
    this.#deps.log.error('the engine answers telephones and not us: connecting anew');
    this.#engine.close();
  }

  #endHung(silentMs: number): 'ended' | 'not-ended' {
    const { engineDir, log } = this.#deps;
    const pid = enginePid(join(engineDir, 'run'));
    if (pid === undefined) {
      log.error({ silentMs }, 'the engine is hung, and its process is nowhere to be seen to end it');
      return 'not-ended';
    }
    log.error({ silentMs, pid }, 'the engine is hung: ending it, its supervisor starts it again');
    try {
      process.kill(pid, 'SIGKILL');
      return 'ended';
    } catch (error) {
      log.error({ err: error, pid }, 'the hung engine could not be ended: this service may not signal it');
      return 'not-ended';
    }
  }
}
