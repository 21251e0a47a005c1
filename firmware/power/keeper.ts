/**
 * The shell round power: hands what the UPS say to their machines and on to the policy, keeps time, enters what changes in the
 * ledger, raises and clears alarms, and has actions performed. It decides nothing.
 */
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import type { Power, Ups } from '@branchline/contracts/branch/power';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { LoadHealth, PowerHealth } from '@branchline/contracts/power';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Outlet, UpsListener, UpsWatch } from '../devices/ups/port.ts';
import type { Alarms } from '../health/alarms.ts';
import { batteryHealth } from './battery.ts';
import {
  isPowerDown,
  newPolicy,
  policyDue,
  policyStep,
  type KeptPolicy,
  type PolicyAction,
  type PolicyEvent,
  type PolicyRules,
  type PolicyState,
} from './policy.ts';
import { clearPowerAlarms, clearUpsAlarms, tellPowerAlarms, tellUpsAlarms } from './power-alarms.ts';
import { supplyOf } from './supply.ts';
import { newUps, orderlyEnd, upsDue, upsStep } from './ups.ts';
import {
  keptOf,
  type KeptUps,
  type UpsEffect,
  type UpsEvent,
  type UpsRules,
  type UpsState,
} from './ups-state.ts';
import { powerHealth } from './view.ts';

export interface KeeperDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly power: () => Power;
  readonly watch: (ups: Ups, listener: UpsListener) => UpsWatch;
  readonly alarms: Alarms;
  readonly append: (events: readonly NewEvent[]) => void;
  readonly keptUps: (name: string) => KeptUps | undefined;
  readonly keepUps: (name: string, kept: KeptUps | null) => void;
  readonly keptPolicy: KeptPolicy | undefined;
  readonly keepPolicy: (kept: KeptPolicy) => void;
  /** When the machine started, ms since 1970. */
  readonly bootedAt: number;
  /** When this service wrote something last before it was started; undefined at its first start. */
  readonly lastHeardAt: number | undefined;
  /** Minutes since midnight by the branch's clock. */
  readonly minuteOfDay: (now: number) => number;
  /** `on` false: the mains are back, and it is to be as before. 'shut-down' comes after the UPS were told. */
  readonly perform: (action: PolicyAction, on: boolean) => void;
  /** The wish that the machine go down was taken: it goes, whatever comes. */
  readonly leaving?: () => boolean;
  /** As the page shows them; undefined where the document names none. */
  readonly loads?: () => LoadHealth[] | undefined;
  readonly onChange: () => void;
}

/** A discharge in progress is kept so often, ms: what a battery gave before it died is known to that. */
const KEEP_MS = 10_000;
/** What the machine has to go down in, before the UPS cuts its outlets, s. */
const CUT_AFTER_S = 60;

export type UpsTestRefusal = 'no-such-ups' | 'not-heard' | 'not-on-mains' | 'running';

interface Watched {
  readonly ups: Ups;
  readonly watch: UpsWatch;
  state: UpsState;
  keptAt: number;
}

export class PowerKeeper {
  readonly #deps: KeeperDeps;
  readonly #watched = new Map<string, Watched>();
  #policy: PolicyState;
  #timer: { readonly due: number; readonly timer: Timer } | undefined;
  #started = false;

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    const rebooted = deps.lastHeardAt !== undefined && deps.bootedAt > deps.lastHeardAt;
    this.#policy = newPolicy(deps.clock.now(), deps.keptPolicy, rebooted);
  }

  start(): void {
    this.#started = true;
    // What was begun before this service was started stands.
    for (const { action } of this.#policy.begun) if (action !== 'shut-down') this.#deps.perform(action, true);
    this.follow();
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.#timer?.timer.cancel();
    await Promise.all([...this.#watched.values()].map(({ watch }) => watch.stop()));
  }

  /** Another document is in force: UPS that it does not name are watched no more. */
  follow(): void {
    if (!this.#started) return;
    const { power, keepUps, alarms } = this.#deps;
    const { ups } = power();
    for (const [name, watched] of this.#watched) {
      if (JSON.stringify(ups[name]) === JSON.stringify(watched.ups)) continue;
      this.#watched.delete(name);
      void watched.watch.stop();
      if (ups[name]) continue;
      clearUpsAlarms(alarms, name);
      keepUps(name, null);
    }
    for (const one of Object.values(ups)) if (!this.#watched.has(one.name)) this.#begin(one);
    if (this.#watched.size === 0) clearPowerAlarms(alarms);
    this.#decide({ type: 'supply', supply: supplyOf(this.#states(), power().redundant) });
  }

  /** So many calls are in progress. */
  calls(calls: number): void {
    if (calls !== this.#policy.calls) this.#decide({ type: 'calls', calls });
  }

  /** Why no test is begun; undefined when one is. What comes of it is entered in the ledger. */
  test(name: string): UpsTestRefusal | undefined {
    const state = this.#watched.get(name)?.state;
    if (!state) return 'no-such-ups';
    if (state.silent) return 'not-heard';
    if (state.testing || state.discharge?.kind === 'test') return 'running';
    if (state.state !== 'mains' || state.discharge) return 'not-on-mains';
    this.#tell(name, { type: 'test' });
    return undefined;
  }

  /** @throws Error in a few words. */
  async turnOutlet(ups: string, outlet: Outlet, to: 'on' | 'off'): Promise<void> {
    const { outlets } = this.#watched.get(ups)?.watch ?? {};
    if (!outlets) throw new CodedError(coded('no-outlets', ups));
    await outlets.turn(outlet, to);
  }

  /** Why an outlet cannot be switched; undefined when nothing speaks against it. @throws when the UPS cannot be asked. */
  async outletLacks(ups: string, outlet: Outlet): Promise<string | undefined> {
    const { outlets } = this.#watched.get(ups)?.watch ?? {};
    if (!outlets) throw new CodedError(coded('no-outlets', ups));
    return outlets.lacks(outlet);
  }

  /** Undefined where the document names no UPS. */
  health(): PowerHealth | undefined {
    if (this.#watched.size === 0) return undefined;
    const states = new Map([...this.#watched].map(([name, { state }]) => [name, state]));
    const { power, loads } = this.#deps;
    return powerHealth(states, this.#policy, power().steps, this.#now(), loads?.());
  }

  #begin(ups: Ups): void {
    const { name } = ups;
    const { watch, keptUps, bootedAt } = this.#deps;
    const { state, effects } = newUps(this.#now(), keptUps(name), bootedAt);
    const made = watch(ups, {
      reading: (reading) => this.#tell(name, { type: 'reading', reading }),
      silent: (because) => this.#tell(name, { type: 'silent', because }),
    });
    const watched = { ups, watch: made, state, keptAt: -Infinity };
    this.#watched.set(name, watched);
    for (const effect of effects) this.#carryOut(watched, effect);
    this.#keep(watched, state.discharge !== undefined);
    made.start();
  }

  #tell(name: string, event: UpsEvent): void {
    const watched = this.#watched.get(name);
    if (!watched) return;
    const before = watched.state;
    const { state, effects } = upsStep(before, event, this.#now(), this.#rules(watched.ups));
    watched.state = state;
    for (const effect of effects) this.#carryOut(watched, effect);
    this.#keep(watched, before.battery === state.battery && before.lastTestAt === state.lastTestAt);
    tellUpsAlarms(this.#deps.alarms, name, state);
    this.#decide({ type: 'supply', supply: supplyOf(this.#states(), this.#deps.power().redundant) });
    if (effects.length > 0 || before.settling !== state.settling) this.#deps.onChange();
  }

  #carryOut({ ups: { name }, watch, state }: Watched, effect: UpsEffect): void {
    const { append, log } = this.#deps;
    if (effect.do === 'test') return watch.test();
    if (effect.do === 'tried') {
      const { do: _, ...trial } = effect;
      const health = batteryHealth(state.battery);
      const body = { ups: name, ...trial, ...(health === undefined ? {} : { batteryHealthPercent: health }) };
      return append([{ type: 'power.battery', at: this.#now(), body }]);
    }
    const { do: _, ...change } = effect;
    log.info({ ups: name, ...change }, 'a UPS');
    const left = state.left && !state.silent ? { minutesLeft: state.left.ms / 60_000 } : {};
    append([{ type: 'power.changed', at: this.#now(), body: { ups: name, ...change, ...left } }]);
  }

  #decide(event: PolicyEvent): void {
    const before = this.#policy;
    const { perform, append, log, keepPolicy, onChange, alarms } = this.#deps;
    const { state, effects } = policyStep(before, event, this.#now(), this.#policyRules());
    this.#policy = state;
    if (state.begun !== before.begun || state.outageSince !== before.outageSince) {
      const { begun, outageSince } = state;
      keepPolicy({ begun, ...(outageSince === undefined ? {} : { outageSince }) });
    }
    for (const { do: what, action } of effects) {
      const { supply, calls } = state;
      log.info({ action, what, supply, calls }, 'a step of the power policy');
      // A load has its own event, when it is switched.
      if (!isPowerDown(action)) {
        const left = supply.leftMs === undefined ? {} : { minutesLeft: supply.leftMs / 60_000 };
        const body = { action, state: what === 'begin' ? 'begun' : 'undone', calls, ...left } as const;
        append([{ type: 'power.step', at: this.#now(), body }]);
      }
      if (action === 'shut-down') this.#tellUps(what === 'begin');
      perform(action, what === 'begin');
    }
    if (this.#watched.size > 0) tellPowerAlarms(alarms, state.supply);
    if (effects.length > 0 || before.supply.state !== state.supply.state) onChange();
    this.#arm();
  }

  /** To cut their outlets and to come back with the mains; or to leave it. */
  #tellUps(cut: boolean): void {
    for (const watched of this.#watched.values()) {
      if (cut) watched.state = orderlyEnd(watched.state, this.#now()).state;
      this.#keep(watched, false);
      const told = cut ? watched.watch.cut(CUT_AFTER_S) : watched.watch.keepOn();
      told.catch((err: unknown) =>
        this.#deps.log.warn({ err, ups: watched.ups.name, cut }, 'a UPS was not told'),
      );
    }
  }

  /** @param onlyFlow nothing has changed that is to be kept at once. */
  #keep(watched: Watched, onlyFlow: boolean): void {
    const { discharge } = watched.state;
    const flowed = discharge !== undefined && this.#now() - watched.keptAt >= KEEP_MS;
    const ended = discharge === undefined && watched.keptAt !== -Infinity;
    if (onlyFlow && !flowed && !ended) return;
    const isDown = this.#policy.begun.some(({ action }) => action === 'shut-down');
    const { discharge: _, ...without } = keptOf(watched.state);
    this.#deps.keepUps(watched.ups.name, isDown ? without : keptOf(watched.state));
    watched.keptAt = discharge === undefined ? -Infinity : this.#now();
  }

  #arm(): void {
    const dues = [
      policyDue(this.#policy, this.#now(), this.#policyRules()),
      ...this.#states().map((state) => upsDue(state)),
    ].filter((due) => due !== undefined);
    const due = dues.length > 0 ? Math.min(...dues) : undefined;
    if (due === this.#timer?.due) return;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (due === undefined || !this.#started) return;
    const timer = this.#deps.clock.after(Math.max(0, due - this.#now()), () => {
      this.#timer = undefined;
      for (const name of [...this.#watched.keys()]) this.#tell(name, { type: 'tick' });
      this.#decide({ type: 'tick' });
    });
    this.#timer = { due, timer };
  }

  #policyRules(): PolicyRules {
    const { power, leaving } = this.#deps;
    const isDown = this.#policy.begun.some(({ action }) => action === 'shut-down');
    return { ...power(), leaving: isDown && (leaving?.() ?? false) };
  }

  #rules({ battery }: Ups): UpsRules {
    const { everyMs, between } = this.#deps.power().selfTest;
    const minute = this.#deps.minuteOfDay(this.#now());
    const testOpen = minute >= between.from && minute < between.to;
    return { testEveryMs: everyMs, testOpen, ...(battery ? { battery } : {}) };
  }

  #states(): UpsState[] {
    return [...this.#watched.values()].map(({ state }) => state);
  }

  #now(): number {
    return this.#deps.clock.now();
  }
}
