/**
 * The shell round the loads: has them switched, keeps what was switched off, enters it in the ledger, and raises the alarm for one that cannot
 * be switched - as soon as its UPS can be asked what it offers, not only when the mains have failed.
 */
import { saidOf } from '@branchline/contracts/alarm-detail';
import type { AlarmCode } from '@branchline/contracts/alarms';
import type { PowerLoad } from '@branchline/contracts/branch/power-loads';
import type { Power } from '@branchline/contracts/branch/power';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { LoadHealth } from '@branchline/contracts/power';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import {
  conditionOf,
  keptLoads,
  loadsDue,
  loadsStep,
  newLoads,
  type KeptLoads,
  type LoadEffect,
  type LoadsEvent,
  type LoadsState,
} from './loads.ts';

export interface LoadKeeperDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly power: () => Power;
  /** @throws Error in a few words. */
  readonly turn: (load: PowerLoad, to: 'on' | 'off') => Promise<void>;
  /** Why the load could not be switched, as far as that is known beforehand; undefined when nothing speaks against it. @throws when nobody can be asked. */
  readonly lacks: (load: PowerLoad) => Promise<string | undefined>;
  readonly alarms: {
    raise(code: AlarmCode, subject: string, detail?: string): void;
    clear(code: AlarmCode, subject: string): void;
  };
  readonly append: (events: readonly NewEvent[]) => void;
  readonly kept: KeptLoads | undefined;
  readonly keep: (kept: KeptLoads) => void;
  readonly onChange: () => void;
}

/** So often a load is asked for that nobody could be asked about, ms. */
const LOOK_MS = 60_000;

export class LoadKeeper {
  readonly #deps: LoadKeeperDeps;
  #state: LoadsState;
  /** By load, what was asked about; it is asked again when the document says something else. */
  readonly #looked = new Map<string, string>();
  #timer: Timer | undefined;
  #looking: Timer | undefined;
  #started = false;

  constructor(deps: LoadKeeperDeps) {
    this.#deps = deps;
    this.#state = newLoads(deps.kept ?? [], deps.clock.now(), ({ by }) => by === 'ups');
  }

  start(): void {
    this.#started = true;
    this.follow();
  }

  stop(): void {
    this.#started = false;
    this.#timer?.cancel();
    this.#looking?.cancel();
  }

  /** Another document is in force: a load that it does not name is switched on again, where it can be. */
  follow(): void {
    if (!this.#started) return;
    const { loads, ups } = this.#deps.power();
    for (const [name, { load, is }] of this.#state.loads) {
      if (loads[name]) continue;
      if (is === 'off' && (load.by === 'contact' || ups[load.ups]))
        this.#take({ type: 'want', load, to: 'on' });
      else this.#take({ type: 'forgotten', load: name });
      this.#deps.alarms.clear('load-not-switched', name);
    }
    for (const name of this.#looked.keys()) {
      if (loads[name]) continue;
      this.#looked.delete(name);
      this.#deps.alarms.clear('load-not-switched', name);
    }
    this.#take({ type: 'tick' });
    this.#look();
  }

  want(name: string, to: 'on' | 'off'): void {
    const load = this.#deps.power().loads[name] ?? this.#state.loads.get(name)?.load;
    if (load) this.#take({ type: 'want', load, to });
  }

  /** Undefined where the document names no load. */
  health(): LoadHealth[] | undefined {
    const all = Object.values(this.#deps.power().loads);
    if (all.length === 0) return undefined;
    return all.map((load): LoadHealth => {
      const known = this.#state.loads.get(load.name);
      return {
        name: load.name,
        by: load.by === 'ups' ? `${load.ups} ${load.outlet}` : load.contact,
        state: known ? conditionOf(known) : 'on',
        since: known ? new Date(known.since).toISOString() : null,
        ...(known?.because === undefined ? {} : { because: known.because }),
      };
    });
  }

  #take(event: LoadsEvent): void {
    const { clock, power, keep, onChange } = this.#deps;
    const before = this.#state;
    const { state, effects } = loadsStep(before, event, clock.now(), power().loadPauseMs);
    this.#state = state;
    const kept = keptLoads(state);
    // What is about to be dark is known before it is: it is lit again whatever ends this service.
    if (JSON.stringify(kept) !== JSON.stringify(keptLoads(before))) keep(kept);
    for (const effect of effects) void this.#switch(effect);
    if (before.loads !== state.loads) onChange();
    this.#arm();
  }

  async #switch({ load, to }: LoadEffect): Promise<void> {
    const { turn, log, alarms, append, clock } = this.#deps;
    const { name } = load;
    try {
      await turn(load, to);
    } catch (error) {
      if (!this.#started) return;
      const because = saidOf(error);
      const told = this.#state.loads.get(name)?.because === because;
      log.warn({ load: name, to, because }, 'a load was not switched');
      if (!told)
        append([{ type: 'power.load', at: clock.now(), body: { load: name, to, done: false, because } }]);
      alarms.raise('load-not-switched', name, because);
      return void this.#take({ type: 'refused', load: name, because });
    }
    if (!this.#started) return;
    log.warn({ load: name, to }, 'a load was switched');
    append([{ type: 'power.load', at: clock.now(), body: { load: name, to, done: true } }]);
    alarms.clear('load-not-switched', name);
    this.#take({ type: 'switched', load: name, to });
    const gone = this.#deps.power().loads[name] === undefined;
    if (gone && to === 'on') this.#take({ type: 'forgotten', load: name });
  }

  #look(): void {
    this.#looking?.cancel();
    const { power, lacks, alarms, clock } = this.#deps;
    const { loads, ups } = power();
    for (const load of Object.values(loads)) {
      const what = JSON.stringify([load, load.by === 'ups' ? ups[load.ups] : undefined]);
      if (this.#looked.get(load.name) === what) continue;
      this.#looked.set(load.name, what);
      lacks(load).then(
        (because) => {
          if (!this.#started || this.#looked.get(load.name) !== what) return;
          if (because === undefined) alarms.clear('load-not-switched', load.name);
          else alarms.raise('load-not-switched', load.name, because);
        },
        // Who cannot be asked has an alarm of its own.
        () => {
          if (this.#looked.get(load.name) === what) this.#looked.delete(load.name);
        },
      );
    }
    if (this.#started && Object.keys(loads).length > 0)
      this.#looking = clock.after(LOOK_MS, () => this.#look());
  }

  #arm(): void {
    this.#timer?.cancel();
    const due = loadsDue(this.#state);
    if (due === undefined || !this.#started) return;
    const { clock } = this.#deps;
    this.#timer = clock.after(Math.max(0, due - clock.now()), () => this.#take({ type: 'tick' }));
  }
}
