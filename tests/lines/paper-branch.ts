/**
 * A branch on paper whose gateways have the lab's faults: the real core of calls and the real truth of trunks, between them a wire that
 * does what the lab's gateways do, and a clock that is moved by hand. Every fault, and any two, in no time.
 */
import type { Branch } from '@branchline/contracts/branch/model';
import type { LabFault } from '@branchline/contracts/lab';
import { ManualClock } from '@branchline/runtime/clock';
import { Bench } from '@branchline/firmware/calls/bench';
import type { CallEffect } from '@branchline/firmware/calls/events';
import { channelsOn } from '@branchline/firmware/calls/trunk-load';
import { TrunkBook } from '@branchline/firmware/trunks/trunk-book';
import { storyOf, type Story } from '@branchline/lab/gateways/story';
import { readLine } from './paper-agent.ts';

const STEP_MS = 100;
/** As the engine asks: every 2 s, 1.5 s waited for the answer. */
const ASK_MS = 2_000;
const GIVE_UP_MS = 1_500;
/** As SNMP is asked. */
const READ_MS = 4_000;
const FLAP_MS = 1_500;
/** When the box looks for the sound of a talk. */
const LISTEN_MS = 4_000;
const CAUSE = { gone: 16, absent: 20, outOfOrder: 27, noCircuit: 34 } as const;

type Dial = Extract<CallEffect, { do: 'dial' }>;

interface PaperGateway {
  readonly faults: Set<LabFault>;
  readonly channels: number;
  readonly isWatched: boolean;
  flappedDown: boolean;
  /** As the engine has it. */
  reachable: boolean;
}

interface Leg {
  readonly gateway: string;
  readonly trunk: string;
  state: 'waiting' | 'up' | 'over';
  readonly dialledAt: number;
  upAt: number;
  listened: boolean;
}

export interface Outcome {
  /** By which trunk it was answered. */
  readonly by: string;
  readonly afterMs: number;
}

export class PaperBranch {
  readonly bench: Bench;
  readonly book: TrunkBook;
  readonly changes: string[] = [];
  readonly #clock: ManualClock;
  readonly #gateways = new Map<string, PaperGateway>();
  readonly #legs = new Map<string, Leg>();
  #effects = 0;
  #events = 0;
  #calls = 0;

  constructor(document: object) {
    this.bench = new Bench(document);
    const { branch } = this.bench;
    this.#clock = new ManualClock(this.bench.now);
    for (const { name, kind } of Object.values(branch.gateways))
      this.#gateways.set(name, {
        faults: new Set(),
        channels: channelsBehind(branch, name),
        isWatched: kind === 'e1',
        flappedDown: false,
        reachable: true,
      });
    this.book = this.#newBook(branch);
    this.book.onWorth((trunk, worth) => this.bench.happen({ type: 'trunk-worth', trunk, worth }));
    for (const name of this.#gateways.keys()) {
      this.book.gateway(name, true);
      this.#read(name);
    }
    this.pass(100);
  }

  fault(gateway: string, fault: LabFault, on: boolean): void {
    const { faults } = this.#gateway(gateway);
    if (on) faults.add(fault);
    else faults.delete(fault);
    this.#gateway(gateway).flappedDown = faults.has('flap');
    this.#lineChanged(gateway);
  }

  /** `by`: how exactly the wire keeps its time. */
  pass(ms: number, by = STEP_MS): void {
    const until = this.bench.now + ms;
    while (this.bench.now < until) this.#step(Math.min(by, until - this.bench.now));
  }

  /** Calls out and waits for an answer; undefined when the caller is let go, or `withinMs` is over: then he hangs up. */
  call(dialled: string, withinMs: number): Outcome | undefined {
    const { id, began } = this.dial(dialled);
    while (this.bench.now - began < withinMs && this.bench.state.calls[id]) {
      this.#step(STEP_MS);
      const up = [...this.#legs].find(([name, leg]) => name.startsWith(`${id}-`) && leg.state === 'up');
      if (!up) continue;
      const afterMs = this.bench.now - began;
      this.#hangUp(id);
      return { by: up[1].trunk, afterMs };
    }
    this.#hangUp(id);
    return undefined;
  }

  dial(dialled: string): { id: string; began: number } {
    this.#calls += 1;
    const id = `call${this.#calls}`;
    const began = this.bench.now;
    this.bench.callOut(id, 'p2', dialled);
    this.#settle();
    return { id, began };
  }

  #hangUp(id: string): void {
    if (this.bench.state.calls[id]) this.bench.happen({ type: 'gone', channel: id, cause: CAUSE.gone });
    this.#settle();
  }

  #step(ms: number): void {
    const before = this.bench.now;
    this.#clock.advance(ms);
    this.bench.pass(ms);
    const passed = (every: number, late = 0): boolean =>
      Math.floor((this.bench.now - late) / every) > Math.floor((before - late) / every);
    for (const [name, gateway] of this.#gateways) {
      if (gateway.faults.has('flap') && passed(FLAP_MS)) {
        gateway.flappedDown = !gateway.flappedDown;
        this.#lineChanged(name);
      }
      const { options, deaf } = this.#story(name).sip;
      if (passed(ASK_MS) && !deaf) this.#reachable(name, options === 'pass');
      if (passed(ASK_MS, GIVE_UP_MS) && deaf) this.#reachable(name, false);
      if (passed(READ_MS)) this.#read(name);
    }
    this.#listen();
    this.#settle();
  }

  #reachable(name: string, reachable: boolean): void {
    const gateway = this.#gateway(name);
    if (gateway.reachable === reachable) return;
    gateway.reachable = reachable;
    this.book.gateway(name, reachable);
  }

  /** The agent as it is asked, or as a trap makes it be asked. */
  #read(name: string): void {
    if (!this.#gateway(name).isWatched) return;
    this.book.lineEvidence(name, {
      ...readLine(this.#story(name), this.#gateway(name).channels),
      at: this.bench.now,
    });
  }

  #lineChanged(name: string): void {
    const { line, dChannel, power, sip } = this.#story(name);
    if (power) this.#read(name);
    if ((line === 'good' && dChannel) || sip.deaf) return;
    for (const [channel, leg] of this.#legs)
      if (leg.gateway === name && leg.state === 'up') this.#gone(channel, CAUSE.outOfOrder);
    this.#settle();
  }

  /** Whatever the core wants is done until it wants nothing more. */
  #settle(): void {
    const { effects, events } = this.bench;
    for (;;) {
      const said = events.slice(this.#events);
      this.#events = events.length;
      if (said.length > 0) this.book.written(said);
      this.book.carries(this.#load());
      const effect = effects[this.#effects];
      if (!effect) return;
      this.#effects += 1;
      this.#do(effect);
    }
  }

  #do(effect: CallEffect): void {
    if (effect.do === 'dial' && effect.endpoint.kind === 'gateway') return this.#dialled(effect);
    if (effect.do === 'ask-far-end')
      return void this.bench.happen({ type: 'far-end', channel: effect.channel, answers: false });
    if (effect.do !== 'hang-up') return;
    const leg = this.#legs.get(effect.channel);
    if (leg && leg.state !== 'over') return this.#gone(effect.channel, CAUSE.gone);
    if (!leg) this.bench.happen({ type: 'gone', channel: effect.channel, cause: effect.cause });
  }

  #dialled({ channel, endpoint }: Dial): void {
    if (endpoint.kind !== 'gateway') return;
    const { name, trunk, at } = endpoint;
    const { now } = this.bench;
    this.#legs.set(channel, {
      gateway: name,
      trunk,
      state: 'waiting',
      dialledAt: now,
      upAt: 0,
      listened: false,
    });
    // The engine calls nobody whom it has not reached, unless it is given the address.
    if (!this.#gateway(name).reachable && !at) return this.#gone(channel, CAUSE.absent);
    const { sip, blockedChannels } = this.#story(name);
    const carried = [...this.#legs.values()].filter(
      (leg) => leg.gateway === name && leg.state === 'up',
    ).length;
    if (sip.deaf || sip.invite === 'drop' || sip.lateMs > 0) return;
    const isFull = blockedChannels > 0 && carried >= this.#gateway(name).channels - blockedChannels;
    if (sip.invite !== 'pass' || isFull) return this.#gone(channel, CAUSE.noCircuit, 503);
    this.#answered(channel);
  }

  #answered(channel: string): void {
    const leg = this.#legs.get(channel);
    if (!leg) return;
    leg.state = 'up';
    leg.upAt = this.bench.now;
    this.bench.happen({ type: 'ringing', channel });
    this.bench.answer(channel);
  }

  #gone(channel: string, cause: number, sip?: number): void {
    const leg = this.#legs.get(channel);
    if (leg) leg.state = 'over';
    this.bench.happen({ type: 'gone', channel, cause, ...(sip === undefined ? {} : { sip }) });
  }

  /** Late ones that are still wanted come through, and talks without a sound are noticed. */
  #listen(): void {
    const { now } = this.bench;
    for (const [channel, leg] of this.#legs) {
      const { sip } = this.#story(leg.gateway);
      const late = leg.state === 'waiting' && sip.lateMs > 0 && now - leg.dialledAt >= sip.lateMs;
      if (late && sip.invite === 'pass' && !sip.deaf) this.#answered(channel);
      if (leg.state !== 'up' || leg.listened || now - leg.upAt < LISTEN_MS) continue;
      leg.listened = true;
      if (sip.oneWay) this.book.silent(leg.trunk, channel);
    }
  }

  #load(): ReadonlyMap<string, readonly string[]> {
    const { branch, state } = this.bench;
    return new Map(
      Object.keys(branch.trunks).map((trunk) => [
        trunk,
        Object.values(state.calls).flatMap((call) => channelsOn(call, trunk).map(() => call.id)),
      ]),
    );
  }

  #gateway(name: string): PaperGateway {
    const gateway = this.#gateways.get(name);
    if (!gateway) throw new Error(`no gateway ${name}`);
    return gateway;
  }

  #story(name: string): Story {
    const { faults, channels, flappedDown } = this.#gateway(name);
    return storyOf(new Set([...faults, ...(flappedDown ? (['los'] as const) : [])]), channels);
  }

  #newBook(branch: Branch): TrunkBook {
    return new TrunkBook({
      clock: this.#clock,
      branch: () => branch,
      alarms: { raise: () => undefined, clear: () => undefined },
      board: { set: () => undefined },
      append: (events) => {
        for (const event of events)
          if (event.type === 'trunk.changed')
            this.changes.push(`${event.body.trunk} ${event.body.from} ${event.body.to}`);
      },
      kept: () => undefined,
      keep: () => undefined,
      minuteOfDay: () => 0,
      tests: { make: () => Promise.reject(new Error('no test numbers here')), giveUp: () => undefined },
      sound: { answered: () => undefined, ended: () => undefined },
      onChange: () => undefined,
    });
  }
}

const channelsBehind = ({ trunks }: Branch, gateway: string): number =>
  Object.values(trunks).find((trunk) => trunk.gateway === gateway)?.channels ?? 1;
