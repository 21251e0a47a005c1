/**
 * One step of the ACD: the state as it was with what has changed laid over it. What came in is never changed, so a step is a function;
 * only what was touched is copied, so that a step with 10,000 waiting costs little more than one with ten.
 */
import { remember } from './customers.ts';
import type { AcdPlan } from './plan.ts';
import { before } from './rank.ts';
import {
  newQueue,
  type AcdChanges,
  type AcdEffect,
  type AcdResult,
  type AcdState,
  type AgentState,
  type LastServed,
  type QueueState,
  type Waiting,
} from './state.ts';

export class Draft {
  readonly plan: AcdPlan;
  readonly now: number;
  readonly effects: AcdEffect[] = [];
  readonly #before: AcdState;
  #planId: string;
  #mattered = false;
  readonly #agents = new Map<string, AgentState | null>();
  readonly #queues = new Map<string, QueueState | null>();
  readonly #lists = new Map<string, Waiting[]>();
  readonly #touched = new Map<string, Waiting | null>();
  #customers: AcdState['customers'];
  readonly #served = new Map<string, LastServed | null>();

  constructor(state: AcdState, plan: AcdPlan, now: number) {
    this.#before = state;
    this.#planId = state.plan;
    this.#customers = state.customers;
    this.plan = plan;
    this.now = now;
  }

  get customers(): AcdState['customers'] {
    return this.#customers;
  }

  agent(id: string): AgentState | undefined {
    if (this.#agents.size === 0) return this.#before.agents[id];
    const changed = this.#agents.get(id);
    return changed === undefined ? this.#before.agents[id] : (changed ?? undefined);
  }

  agentIds(): string[] {
    if (this.#agents.size === 0) return Object.keys(this.#before.agents);
    return [...new Set([...Object.keys(this.#before.agents), ...this.#agents.keys()])];
  }

  /** Agents whose wrap-up, or whose moment of peace, has come to its end. */
  agentsDue(): string[] {
    const due: string[] = [];
    const { agents } = this.#before;
    for (const id in agents) {
      const agent = agents[id];
      if ((agent?.wrapUpUntil ?? Infinity) <= this.now || (agent?.heldBackUntil ?? Infinity) <= this.now)
        due.push(id);
    }
    return due;
  }

  /** Whether anybody waits whom somebody free might be offered. */
  hasOpen(): boolean {
    for (const name of this.queueNames()) {
      const mayRingMore = this.plan.queues[name]?.order === 'ring-all';
      for (const { offers } of this.list(name)) if (offers.length === 0 || mayRingMore) return true;
    }
    return false;
  }

  /** `quietly`: a change that decides nothing later, which a replay can do without. */
  setAgent(id: string, agent: AgentState | null, quietly = false): void {
    if (agent === (this.agent(id) ?? null)) return;
    this.#agents.set(id, agent);
    this.#mattered ||= !quietly;
  }

  changeAgent(id: string, to: (agent: AgentState) => AgentState, quietly = false): void {
    const agent = this.agent(id);
    if (agent) this.setAgent(id, to(agent), quietly);
  }

  queue(name: string): QueueState {
    return this.#queues.get(name) ?? this.#before.queues[name] ?? newQueue;
  }

  setQueue(name: string, queue: QueueState | null): void {
    this.#queues.set(name, queue);
    this.#mattered = true;
  }

  queueNames(): string[] {
    if (this.#lists.size === 0) return Object.keys(this.#before.waiting);
    return [...new Set([...Object.keys(this.#before.waiting), ...this.#lists.keys()])];
  }

  list(queue: string): readonly Waiting[] {
    return this.#lists.get(queue) ?? this.#before.waiting[queue] ?? [];
  }

  /** `queue`: where it is known to wait, if it waits. */
  find(interaction: string, queue?: string): Waiting | undefined {
    if (queue !== undefined) {
      for (const waiting of this.list(queue)) if (waiting.interaction === interaction) return waiting;
      return undefined;
    }
    for (const name of this.queueNames()) {
      const found = this.find(interaction, name);
      if (found) return found;
    }
    return undefined;
  }

  insert(waiting: Waiting): void {
    const list = this.#own(waiting.queue);
    const plan = this.plan.queues[waiting.queue];
    let from = 0;
    let to = list.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const there = list[middle];
      if (there && before(there, waiting, plan)) from = middle + 1;
      else to = middle;
    }
    list.splice(from, 0, waiting);
    this.#touch(waiting.interaction, waiting);
  }

  /** Puts a changed entry in the place of the old one: what orders it must be the same. */
  replace(old: Waiting, waiting: Waiting, quietly = false): void {
    const list = this.#own(old.queue);
    const at = list.indexOf(old);
    if (at < 0) return;
    list[at] = waiting;
    this.#touch(waiting.interaction, waiting, quietly);
  }

  remove(waiting: Waiting): void {
    const list = this.#own(waiting.queue);
    const at = list.findIndex(({ interaction }) => interaction === waiting.interaction);
    if (at < 0) return;
    list.splice(at, 1);
    this.#touch(waiting.interaction, null);
  }

  served(customer: string, served: LastServed): void {
    const { shelf, entries, forgotten } = remember(this.#customers, customer, served);
    this.#customers = { ...this.#customers, [shelf]: entries };
    this.#served.set(customer, served);
    if (forgotten !== undefined) this.#served.set(forgotten, null);
    this.#mattered = true;
  }

  heldAgainst(plan: string): void {
    this.#planId = plan;
    this.#mattered = true;
  }

  result(): AcdResult {
    const state: AcdState = {
      plan: this.#planId,
      waiting: patched(
        this.#before.waiting,
        new Map([...this.#lists].map(([queue, list]) => [queue, list.length > 0 ? list : null])),
      ),
      agents: this.#patchedAgents(),
      queues: patched(this.#before.queues, this.#queues),
      customers: this.#customers,
    };
    return {
      state,
      effects: this.effects,
      changed: this.#changes(),
      mattered: this.#mattered || this.effects.length > 0,
    };
  }

  /** As `patched`, in a place of its own: copying a large object is quick only where nothing else is copied. */
  #patchedAgents(): AcdState['agents'] {
    if (this.#agents.size === 0) return this.#before.agents;
    const after = { ...this.#before.agents };
    for (const [id, agent] of this.#agents) {
      if (agent === null) delete after[id];
      else after[id] = agent;
    }
    return after;
  }

  #changes(): AcdChanges {
    return {
      ...(this.#planId === this.#before.plan ? {} : { plan: this.#planId }),
      waiting: Object.fromEntries(this.#touched),
      agents: Object.fromEntries(this.#agents),
      queues: Object.fromEntries(this.#queues),
      customers: Object.fromEntries(this.#served),
    };
  }

  #own(queue: string): Waiting[] {
    const own = this.#lists.get(queue);
    if (own) return own;
    const copy = [...(this.#before.waiting[queue] ?? [])];
    this.#lists.set(queue, copy);
    return copy;
  }

  #touch(interaction: string, waiting: Waiting | null, quietly = false): void {
    this.#touched.set(interaction, waiting);
    this.#mattered ||= !quietly;
  }
}

function patched<T>(
  was: Readonly<Record<string, T>>,
  changes: ReadonlyMap<string, T | null>,
): Readonly<Record<string, T>> {
  if (changes.size === 0) return was;
  const after: Record<string, T> = { ...was };
  for (const [key, value] of changes) {
    if (value === null) delete after[key];
    else after[key] = value;
  }
  return after;
}
