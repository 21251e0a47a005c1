/** A call centre in simulated time: plays a generated day against the ACD, and tells what became of each caller. */
import type { EventBody, EventType, LedgerEvent } from '@branchline/contracts/ledger';
import { acd, nextDue } from '../acd.ts';
import { outlook } from '../outlook.ts';
import type { AcdPlan } from '../plan.ts';
import { stepInputs, type Decision, type StepInputs } from '../replay.ts';
import { emptyAcd, type AcdEvent, type AcdResult, type AcdState, type Offer } from '../state.ts';
import { Agenda } from './chance.ts';
import { DAY, WRAP_UP_MS, type Caller, type Day } from './day.ts';

export interface Served {
  readonly caller: Caller;
  readonly waitedMs: number;
  /** Undefined: he hung up. */
  readonly agent?: string;
}

export interface Outcome {
  readonly served: readonly Served[];
  /** Ms in talk and wrap-up, and on duty, by agent. */
  readonly busyMs: Readonly<Record<string, number>>;
}

type Happening =
  | { readonly do: 'call'; readonly caller: Caller }
  | { readonly do: 'hang-up' | 'tick'; readonly caller?: Caller }
  | { readonly do: 'answer' | 'miss'; readonly offer: Offer; readonly caller: Caller }
  | { readonly do: 'end'; readonly caller: Caller; readonly agent: string }
  | { readonly do: 'back'; readonly agent: string }
  | { readonly do: 'order'; readonly agent: string; readonly state: 'ready' | 'not-ready' | 'signed-out' };

/** Told of every step, and of the inputs where they mattered. May give a state to go on with, as a restart does. */
export type OnTold = (result: AcdResult, at: number, inputs: StepInputs | undefined) => AcdState | undefined;

export class Centre {
  readonly #day: Day;
  readonly #plan: AcdPlan;
  readonly #agenda = new Agenda<Happening>();
  readonly #callers = new Map<string, Caller>();
  readonly #waiting = new Set<string>();
  #state: AcdState = emptyAcd;
  #now = DAY;
  readonly ledger: LedgerEvent[] = [];
  readonly inputs: StepInputs[] = [];
  readonly decisions: Decision[] = [];
  readonly #served: Served[] = [];
  readonly #busyMs: Record<string, number> = {};
  readonly #onTold: OnTold | undefined;

  constructor(day: Day, plan: AcdPlan, onTold?: OnTold) {
    this.#day = day;
    this.#plan = plan;
    this.#onTold = onTold;
  }

  run(): Outcome {
    const { agents, duties, callers } = this.#day;
    this.#tell({ type: 'plan', plan: this.#plan.id });
    for (const { id } of agents) {
      this.#tell({ type: 'order', agent: id, state: 'signed-out' });
      this.#tell({ type: 'reachable', agent: id, reachable: true });
    }
    for (const { agent, from, until, breaks } of duties) {
      this.#agenda.add(from, { do: 'order', agent, state: 'ready' });
      this.#agenda.add(until, { do: 'order', agent, state: 'signed-out' });
      for (const { at, ms } of breaks) {
        this.#agenda.add(at, { do: 'order', agent, state: 'not-ready' });
        this.#agenda.add(at + ms, { do: 'order', agent, state: 'ready' });
      }
    }
    for (const caller of callers) this.#agenda.add(caller.at, { do: 'call', caller });
    while (!this.#agenda.isEmpty) {
      const { at, what } = this.#agenda.take();
      this.#now = at;
      this.#happen(what);
    }
    return { served: this.#served, busyMs: this.#busyMs };
  }

  #happen(what: Happening): void {
    switch (what.do) {
      case 'call':
        return this.#call(what.caller);
      case 'hang-up':
        return what.caller && this.#hangUp(what.caller);
      case 'tick':
        return this.#tell({ type: 'tick' });
      case 'answer':
        return this.#answer(what.offer, what.caller);
      case 'miss':
        return this.#tell({
          type: 'refused',
          interaction: what.caller.id,
          agent: what.offer.agent,
          reason: this.#waiting.has(what.caller.id) ? 'no-answer' : 'caller-gone',
        });
      case 'end':
        return this.#tell({ type: 'free', agent: what.agent, by: what.caller.id, wrapUpMs: WRAP_UP_MS });
      case 'back':
        if (this.#state.agents[what.agent]?.reason !== 'no-answer') return;
        return this.#tell({ type: 'order', agent: what.agent, state: 'ready' });
      case 'order':
        return this.#tell({ type: 'order', agent: what.agent, state: what.state });
    }
  }

  #call(caller: Caller): void {
    const { id, customer, skill, vip } = caller;
    this.#callers.set(id, caller);
    this.#waiting.add(id);
    this.#note('call.offered', id, { direction: 'in', from: { kind: 'caller', id: customer }, dialled: '1' });
    this.#agenda.add(this.#now + caller.patienceMs, { do: 'hang-up', caller });
    const tags = vip ? { tags: ['vip'] } : {};
    this.#tell({ type: 'enter', interaction: id, queue: skill, since: this.#now, customer, ...tags });
    const queue = this.#plan.queues[skill];
    const seen = queue && outlook(this.#state, queue, id);
    this.#note('call.queued', id, { queue: skill, priority: 0, position: 1, ...seen });
  }

  #hangUp(caller: Caller): void {
    if (!this.#waiting.delete(caller.id)) return;
    this.#served.push({ caller, waitedMs: this.#now - caller.at });
    const open = this.#state.waiting[caller.skill]?.find(({ interaction }) => interaction === caller.id);
    this.#tell({ type: 'leave', interaction: caller.id });
    for (const agent of open?.offers ?? [])
      this.#tell({ type: 'refused', interaction: caller.id, agent, reason: 'caller-gone' });
  }

  /** Where he goes from here, nobody of this centre serves him. */
  #sentOn(id: string): void {
    const caller = this.#callers.get(id);
    if (!caller || !this.#waiting.delete(id)) return;
    this.#served.push({ caller, waitedMs: this.#now - caller.at });
  }

  #answer({ agent }: Offer, caller: Caller): void {
    if (!this.#waiting.delete(caller.id)) return;
    const waitedMs = this.#now - caller.at;
    this.#served.push({ caller, waitedMs, agent });
    this.#tell({ type: 'accepted', interaction: caller.id, agent });
    this.#note('call.answered', caller.id, {
      leg: 'l',
      by: { kind: 'agent', id: agent },
      queue: caller.skill,
      waitedMs,
    });
    this.#busyMs[agent] = (this.#busyMs[agent] ?? 0) + caller.talkMs + WRAP_UP_MS;
    this.#agenda.add(this.#now + caller.talkMs, { do: 'end', caller, agent });
  }

  #offered(offer: Offer): void {
    const caller = this.#callers.get(offer.interaction);
    if (!caller) return;
    const after = this.#day.answerAfter(caller.id, offer.attempt);
    if (after !== undefined && after < offer.ringMs)
      this.#agenda.add(this.#now + after, { do: 'answer', offer, caller });
    else {
      this.#agenda.add(this.#now + offer.ringMs, { do: 'miss', offer, caller });
      // He notices within a minute that he is out.
      this.#agenda.add(this.#now + offer.ringMs + 60_000, { do: 'back', agent: offer.agent });
    }
  }

  #tell(event: AcdEvent): void {
    const before = nextDue(this.#state);
    const known = this.#state;
    const result = acd(known, event, this.#now, this.#plan);
    const { effects, mattered } = result;
    const inputs = mattered ? stepInputs([event], this.#now, known) : undefined;
    if (inputs) this.inputs.push(inputs);
    const state = this.#onTold?.(result, this.#now, inputs) ?? result.state;
    this.#state = state;
    for (const effect of effects) {
      this.decisions.push({ at: this.#now, effect });
      if (effect.do === 'offer') this.#offered(effect);
      if (effect.do === 'overflow') this.#sentOn(effect.interaction);
    }
    const due = nextDue(state);
    if (due !== undefined && (due !== before || event.type === 'tick'))
      this.#agenda.add(Math.max(due, this.#now), { do: 'tick' });
  }

  #note<T extends EventType>(type: T, call: string, body: EventBody<T>): void {
    this.#write({ type, call, at: this.#now, body });
  }

  #write(event: { type: string; call?: string; at: number; body: object }): void {
    const { type, call, at, body } = event;
    this.ledger.push({
      seq: this.ledger.length + 1,
      at: new Date(at).toISOString(),
      ...(call === undefined ? {} : { call }),
      type,
      body: body as Record<string, unknown>,
    });
  }
}
