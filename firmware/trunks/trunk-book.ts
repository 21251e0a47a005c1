/**
 * The shell round the truth of each trunk: hands it what is heard, keeps its time, enters every change in the ledger, raises
 * and clears alarms, shows it, and makes the test calls it asks for. It decides nothing.
 */
import type { LineEvidence } from '../devices/gateways/port.ts';
import type { Branch } from '@branchline/contracts/branch/model';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { LineForwarding, LiveTrunk, TestReason } from '@branchline/contracts/trunks';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Alarms } from '../health/alarms.ts';
import type { Worth } from '../routing/worth.ts';
import { resultsOf, type OpenLegs, type Taken } from './call-results.ts';
import { groundOf } from './evidence.ts';
import { openChannels } from './judging.ts';
import type { TestOrder, TestOutcome } from './test-call.ts';
import { testRefusal } from './testing.ts';
import { trunkTruth, truthDue, usableChannels } from './truth.ts';
import {
  keptOf,
  newTruth,
  type KeptTruth,
  type TrunkEffect,
  type TrunkEvent,
  type TrunkRules,
  type TrunkTruth,
} from './truth-state.ts';
import { clearAlarms, tellAlarms, tellGateway } from './trunk-alarms.ts';
import { insteadOf, liveTrunk, type Standing } from './trunk-view.ts';

export interface TrunkBookDeps {
  readonly clock: Clock;
  readonly branch: () => Branch;
  readonly alarms: Alarms;
  readonly board: { set(collection: 'trunks', id: string, value: LiveTrunk | null): void };
  readonly append: (events: readonly NewEvent[]) => void;
  /** What was kept of a trunk before the start, and where it is kept from now on; null for one that is no more. */
  readonly kept: (trunk: string) => KeptTruth | undefined;
  readonly keep: (trunk: string, truth: KeptTruth | null) => void;
  /** Minutes since midnight by the branch's clock. */
  readonly minuteOfDay: (now: number) => number;
  /** Tests by the clock may be made now; at any time when left out. */
  readonly mayTest?: () => boolean;
  readonly tests: { make(order: TestOrder): Promise<TestOutcome>; giveUp(trunk: string): void };
  readonly sound: {
    answered(trunk: string, channel: string, id: string): void;
    ended(channel: string): void;
  };
  /** Codes that are dialled on a line for its exchange; they have a channel meanwhile. */
  readonly forwarding?: {
    view(trunk: string): LineForwarding | null;
    isDialling(trunk: string): boolean;
    giveUp(trunk: string): void;
    documentChanged(): void;
  };
  readonly onChange: () => void;
}

export type TrunkRefusal = 'no-such-trunk' | 'no-number' | 'running' | 'no-room';

/** An engine that has just been started calls everybody unreachable whom it has not asked yet, ms. */
const NEW_ENGINE_MS = 4_000;

export class TrunkBook {
  readonly #deps: TrunkBookDeps;
  readonly #truths = new Map<string, TrunkTruth>();
  readonly #timers = new Map<string, { readonly due: number; readonly timer: Timer }>();
  readonly #doubted = new Map<string, Timer>();
  #calls: ReadonlyMap<string, readonly string[]> = new Map();
  #open: OpenLegs = {};
  readonly #worths = new Map<string, Worth>();
  readonly #listeners = new Set<(trunk: string, worth: Worth) => void>();
  #doubtUntil = -Infinity;

  constructor(deps: TrunkBookDeps) {
    this.#deps = deps;
    this.#begin();
    this.#showAll();
  }

  /** Another document is in force: what is not in it is shown no more and in no alarm. */
  documentChanged(): void {
    const { board, alarms, branch, keep } = this.#deps;
    for (const name of [...this.#truths.keys()].filter((each) => !branch().trunks[each])) {
      this.#truths.delete(name);
      this.#timers.get(name)?.timer.cancel();
      this.#timers.delete(name);
      board.set('trunks', name, null);
      clearAlarms(alarms, name);
      keep(name, null);
    }
    this.#begin();
    for (const name of this.#truths.keys()) this.#tell(name, { type: 'rules' });
    this.#deps.forwarding?.documentChanged();
    this.#showAll();
  }

  stop(): void {
    for (const { timer } of this.#timers.values()) timer.cancel();
    for (const timer of this.#doubted.values()) timer.cancel();
  }

  /** What the engine says of its gateways is to be taken with care for a moment. */
  engineIsNew(): void {
    this.#doubtUntil = this.#deps.clock.monotonic() + NEW_ENGINE_MS;
  }

  gateway(name: string, reachable: boolean): void {
    const { clock } = this.#deps;
    this.#doubted.get(name)?.cancel();
    this.#doubted.delete(name);
    const doubtMs = this.#doubtUntil - clock.monotonic();
    if (reachable || doubtMs <= 0) return this.#answers(name, reachable);
    const timer = clock.after(doubtMs, () => {
      this.#doubted.delete(name);
      this.#answers(name, false);
    });
    this.#doubted.set(name, timer);
  }

  #answers(gateway: string, good: boolean): void {
    // Before its trunks: they follow from it.
    tellGateway(this.#deps.alarms, this.#deps.branch().gateways[gateway], good);
    this.#tellOf(gateway, { type: 'options', good });
  }

  /** Of a trunk that registers; undefined when nobody knows any more, or it does not register now. */
  registration(trunk: string, registered: boolean | undefined): void {
    this.#tell(trunk, { type: 'registration', good: registered });
  }

  lineEvidence(gateway: string, evidence: LineEvidence): void {
    this.#tellOf(gateway, { type: 'line', evidence });
  }

  /** The gateway's lines are watched no more, or otherwise: what they said holds no longer. */
  linesForgotten(gateway: string): void {
    this.#tellOf(gateway, { type: 'lines-forgotten' });
  }

  /** Calls in progress by trunk. */
  carries(calls: ReadonlyMap<string, readonly string[]>): void {
    if (isSame(this.#calls, calls)) return;
    this.#calls = calls;
    for (const [name, truth] of this.#truths) {
      const taken = this.#callsOn(name).length;
      if (taken + 1 < openChannels(truth, this.#now(), this.#rules(name))) continue;
      if (truth.testing) this.#deps.tests.giveUp(name);
      // A line of one channel is not given up for calls that go by others.
      if (taken > 0 && this.#deps.forwarding?.isDialling(name) === true) this.#deps.forwarding.giveUp(name);
    }
    this.#showAll();
  }

  /** What was entered of calls. */
  written(events: readonly NewEvent[]): void {
    for (const event of events) {
      this.#listenIn(event);
      const { open, results } = resultsOf(this.#open, event, (trunk) => this.#taken(trunk));
      this.#open = open;
      for (const { trunk, result } of results) this.#tell(trunk, { type: 'call', result });
    }
  }

  /** No sound came on a call that was answered. */
  silent(trunk: string, id: string): void {
    this.#tell(trunk, { type: 'call', result: { id, at: this.#now(), fared: 'one-way' } });
  }

  /** `by` as the ledger names people. */
  drain(trunk: string, by: string): TrunkRefusal | undefined {
    return this.#order(trunk, { type: 'drain', by });
  }

  /** As drain, and what comes in by it is refused, so that the carrier tries its next route. */
  busyOut(trunk: string, by: string): TrunkRefusal | undefined {
    return this.#order(trunk, { type: 'drain', by, busy: true });
  }

  putBack(trunk: string): TrunkRefusal | undefined {
    return this.#order(trunk, { type: 'put-back' });
  }

  test(trunk: string): TrunkRefusal | undefined {
    const truth = this.#truths.get(trunk);
    const refusal = truth && testRefusal(truth, this.#now(), this.#rules(trunk));
    return refusal ?? this.#order(trunk, { type: 'test' });
  }

  /**
   * What it is worth for a new call. One on its way back that has its share of calls is worth no more than one that is drained: it
   * is tried last, and nothing is left untried.
   */
  worth(trunk: string): Worth {
    const truth = this.#truths.get(trunk);
    if (!truth) return 'unknown';
    if (truth.order?.busy) return 'refusing';
    const returning = truth.returning && truth.base === 'degraded';
    const full = this.#callsOn(trunk).length >= usableChannels(truth, this.#now(), this.#rules(trunk));
    return returning && full && truth.state !== 'down' ? 'draining' : truth.state;
  }

  /** Told whenever `worth` of a trunk is another, and of each trunk at once. Returns the function that ends it. */
  onWorth(listener: (trunk: string, worth: Worth) => void): () => void {
    this.#listeners.add(listener);
    for (const name of this.#truths.keys()) listener(name, this.worth(name));
    return () => void this.#listeners.delete(listener);
  }

  view(trunk: string): LiveTrunk | undefined {
    const truth = this.#truths.get(trunk);
    if (!truth) return undefined;
    const branch = this.#deps.branch();
    const instead = insteadOf(branch, trunk, (other) => this.#standing(other));
    const shown = { name: trunk, truth, rules: this.#rules(trunk), calls: this.#callsOn(trunk) };
    const forwarding = this.#deps.forwarding?.view(trunk) ?? null;
    return { ...liveTrunk(branch, shown, instead, this.#now()), forwarding };
  }

  /** A channel that no caller needs, of a trunk that is not down: for a call that the box makes for its own sake. */
  hasRoomForOwn(trunk: string): boolean {
    const truth = this.#truths.get(trunk);
    if (!truth || truth.state === 'down' || truth.testing) return false;
    return this.#callsOn(trunk).length < openChannels(truth, this.#now(), this.#rules(trunk));
  }

  /** Something of it has changed that others know. */
  show(trunk: string): void {
    if (this.#truths.has(trunk)) this.#show(trunk);
  }

  all(): LiveTrunk[] {
    return [...this.#truths.keys()].flatMap((name) => this.view(name) ?? []);
  }

  #begin(): void {
    const { branch, kept } = this.#deps;
    for (const name of Object.keys(branch().trunks)) {
      if (this.#truths.has(name)) continue;
      this.#truths.set(name, newTruth(this.#now(), kept(name)));
      this.#tell(name, { type: 'rules' });
    }
  }

  #order(trunk: string, event: TrunkEvent): TrunkRefusal | undefined {
    if (!this.#truths.has(trunk)) return 'no-such-trunk';
    this.#tell(trunk, event);
    return undefined;
  }

  #tellOf(gateway: string, event: TrunkEvent): void {
    for (const trunk of Object.values(this.#deps.branch().trunks))
      if (trunk.gateway === gateway) this.#tell(trunk.name, event);
  }

  #tell(name: string, event: TrunkEvent): void {
    const before = this.#truths.get(name);
    if (!before) return;
    const { state, effects } = trunkTruth(before, event, this.#now(), this.#rules(name));
    this.#truths.set(name, state);
    if (hasNews(before, state)) this.#deps.keep(name, keptOf(state));
    for (const effect of effects) this.#carryOut(name, state, effect);
    const { gateways, trunks } = this.#deps.branch();
    tellAlarms(this.#deps.alarms, name, state, gateways[trunks[name]?.gateway ?? '']?.address);
    this.#arm(name, state);
    if (effects.some((effect) => effect.do === 'changed')) {
      this.#showAll();
      this.#deps.onChange();
    } else this.#show(name);
  }

  #carryOut(name: string, truth: TrunkTruth, effect: TrunkEffect): void {
    if (effect.do === 'test') return this.#runTest(name, effect.why);
    const { from, to, because, lastedMs } = effect;
    const { returning } = truth;
    const back = returning && { step: returning.step, until: new Date(returning.until).toISOString() };
    const body = { trunk: name, from, to, because: because.map(groundOf), lastedMs };
    this.#deps.append([
      { type: 'trunk.changed', at: this.#now(), body: back ? { ...body, returning: back } : body },
    ]);
  }

  #runTest(name: string, why: TestReason): void {
    const { branch, tests, append } = this.#deps;
    const trunk = branch().trunks[name];
    if (!trunk?.testCall) return;
    const { to, returns } = trunk.testCall;
    const callerNumber = trunk.numbers[0]?.first ?? '';
    const gateway = branch().gateways[trunk.gateway];
    const at = gateway && !gateway.line ? { at: gateway.address } : {};
    const order = { trunk: name, gateway: trunk.gateway, to, returns, callerNumber, ...at };
    void tests.make(order).then((outcome) => {
      append([{ type: 'trunk.tested', at: this.#now(), body: { trunk: name, to, why, ...outcome } }]);
      this.#tell(name, { type: 'tested', verdict: outcome.verdict });
    });
  }

  /** Each of its calls whose sound is worth a look. */
  #listenIn(event: NewEvent): void {
    const { sound } = this.#deps;
    if (event.type === 'call.leg-ended') sound.ended(event.body.leg);
    if (event.type === 'call.ended' && event.call !== undefined) sound.ended(event.call);
    if (event.type !== 'call.answered') return;
    const { leg } = event.body;
    const out = this.#open[leg];
    if (out) return sound.answered(out.trunk, leg, leg);
    const came = [...this.#calls].find(([, calls]) => event.call !== undefined && calls.includes(event.call));
    if (came && event.call !== undefined) sound.answered(came[0], event.call, event.call);
  }

  #arm(name: string, truth: TrunkTruth): void {
    const due = truthDue(truth, this.#now(), this.#rules(name));
    const armed = this.#timers.get(name);
    if (armed?.due === due) return;
    armed?.timer.cancel();
    this.#timers.delete(name);
    if (due === undefined) return;
    const timer = this.#deps.clock.after(Math.max(0, due - this.#now()), () => {
      this.#timers.delete(name);
      this.#tell(name, { type: 'tick' });
    });
    this.#timers.set(name, { due, timer });
  }

  #rules(name: string): TrunkRules {
    const trunk = this.#deps.branch().trunks[name];
    const base = {
      channels: trunk?.channels ?? 1,
      calls: this.#callsOn(name).length + (this.#deps.forwarding?.isDialling(name) === true ? 1 : 0),
      drained: trunk?.drain ?? false,
    };
    if (!trunk?.testCall) return base;
    const { to, everyMs, between } = trunk.testCall;
    const minute = between ? this.#deps.minuteOfDay(this.#now()) : 0;
    const hour = !between || (minute >= between.from && minute < between.to);
    const open = hour && (this.#deps.mayTest?.() ?? true);
    return { ...base, test: { to, everyMs, open } };
  }

  #standing(name: string): Standing | undefined {
    const truth = this.#truths.get(name);
    if (!truth) return undefined;
    const usable = usableChannels(truth, this.#now(), this.#rules(name));
    return { state: truth.state, free: Math.max(0, usable - this.#callsOn(name).length) };
  }

  #taken(name: string): Taken {
    const truth = this.#truths.get(name);
    // The call that is being refused is among them still.
    const others = this.#callsOn(name).length - 1;
    if (others <= 0 || !truth) return 'nothing';
    return others >= openChannels(truth, this.#now(), this.#rules(name)) ? 'all' : 'some';
  }

  #callsOn(name: string): readonly string[] {
    return this.#calls.get(name) ?? [];
  }

  #showAll(): void {
    for (const name of this.#truths.keys()) this.#show(name);
  }

  #show(name: string): void {
    this.#deps.board.set('trunks', name, this.view(name) ?? null);
    const worth = this.worth(name);
    if (this.#worths.get(name) === worth) return;
    this.#worths.set(name, worth);
    for (const listener of this.#listeners) listener(name, worth);
  }

  #now(): number {
    return this.#deps.clock.now();
  }
}

/** Told with every step of a call, most of which are no matter of the trunks. */
const isSame = (
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>,
): boolean =>
  before.size === after.size &&
  [...after].every(([name, calls]) => {
    const had = before.get(name);
    return had?.length === calls.length && calls.every((call, at) => call === had[at]);
  });

const hasNews = (before: TrunkTruth, after: TrunkTruth): boolean =>
  before.falls !== after.falls ||
  before.troubled !== after.troubled ||
  before.order !== after.order ||
  before.tests !== after.tests;
