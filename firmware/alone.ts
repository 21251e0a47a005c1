/** What the engine did alone while nobody took its calls: entered in the ledger once, and its recordings saved. */
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { survivedEvent } from './calls/survivors.ts';
import type { SwitchboardState } from './calls/state.ts';
import type { Engine } from './engine/port.ts';
import { harvestSurvivable } from './engine/survivable-log.ts';
import type { Alarms } from './health/alarms.ts';
import type { Recorder } from './recording/recorder.ts';

export interface AloneDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly branch: () => Branch;
  readonly engineDir: string;
  readonly recorder: Recorder;
  readonly alarms: Alarms;
  readonly state: () => SwitchboardState;
  /** Those of these calls that the ledger has not got yet. */
  readonly unknown: (calls: readonly string[]) => ReadonlySet<string>;
  readonly append: (events: readonly NewEvent[]) => void;
  /** Writes what was appended now, so that the engine's lines may go. */
  readonly flush: () => boolean;
}

const LOOK_MS = 20_000;

export class Alone {
  readonly #deps: AloneDeps;
  #timer: Timer | undefined;

  constructor(deps: AloneDeps) {
    this.#deps = deps;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** All that the engines have written down so far, also what goes on. */
  served(): ReadonlySet<string> {
    const { calls } = harvestSurvivable(this.#directory, undefined);
    return new Set(calls.map(({ channel }) => channel));
  }

  /** Looks now, and from then on at intervals, with the engine that is connected. */
  async look(engine: Engine): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    try {
      await this.#gather(engine);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'what the engine did alone could not be read');
    }
    this.#timer = this.#deps.clock.after(LOOK_MS, () => void this.look(engine));
  }

  get #directory(): string {
    return join(this.#deps.engineDir, 'spool/survivable');
  }

  async #gather(engine: Engine): Promise<void> {
    const { recorder, unknown, append, flush, alarms, branch, clock, log, state } = this.#deps;
    const { birth, channels } = await engine.snapshot();
    const live = new Set(channels.map(({ channel }) => channel));
    const harvest = harvestSurvivable(this.#directory, { birth, channels: live });
    if (harvest.unreadable.length > 0)
      log.warn({ lines: harvest.unreadable.slice(0, 5) }, 'lines of the engine that nobody can read');
    // What was decided when calls were adopted may not be in the database yet.
    if (!flush()) return;
    const fresh = unknown(harvest.calls.map(({ channel }) => channel));
    const calls = harvest.calls.filter(({ channel }) => fresh.has(channel));
    if (calls.length > 0) {
      append(calls.map((call) => survivedEvent(call, branch(), clock.now())));
      alarms.raise(
        'calls-survived',
        'engine',
        `${calls.length}: ${calls
          .map(({ dialled }) => dialled)
          .slice(0, 5)
          .join(', ')}`,
      );
    }
    if (flush()) harvest.done();
    const inUse = Object.values(state().calls).flatMap((call) =>
      call.recording ? [call.recording.file] : [],
    );
    recorder.salvage(new Set([...inUse, ...[...live].map((channel) => `${channel}.raw`)]));
  }
}
