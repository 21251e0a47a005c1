/** The queues as they are walked together: who is free, and who stands first in each and could be served. */
import { canTake } from './agents.ts';
import type { Draft } from './draft.ts';
import { keptUntil, stageOf, unable } from './judging.ts';
import type { QueuePlan } from './plan.ts';
import { due } from './rank.ts';
import { mediumOf, type Medium, type Waiting } from './state.ts';

/** Agents who can take something now. */
export class Free {
  readonly #draft: Draft;
  readonly #ids = new Map<string, { voice: boolean; text: boolean }>();
  /** Raised whenever somebody is free no more: what was found before may hold no more. */
  version = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
    for (const { id } of draft.plan.agents) this.look(id);
  }

  look(id: string): void {
    const state = this.#draft.agent(id);
    const plan = this.#draft.plan.agent[id];
    if (!state || !plan) return;
    const { now } = this.#draft;
    const can = { voice: canTake(state, plan, 'voice', now), text: canTake(state, plan, 'text', now) };
    if (can.voice || can.text) this.#ids.set(id, can);
    else this.#ids.delete(id);
    this.version += 1;
  }

  isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  has(id: string, medium: Medium): boolean {
    return this.#ids.get(id)?.[medium] ?? false;
  }

  ids(): Iterable<string> {
    return this.#ids.keys();
  }
}

export interface Head {
  readonly line: Line;
  readonly waiting: Waiting;
  readonly points: number;
}

/** One queue, walked from its front. */
export class Line {
  readonly queue: QueuePlan;
  readonly #draft: Draft;
  readonly #free: Free;
  readonly #known = new Map<string, boolean>();
  #knownAt = -1;
  #at = 0;
  /** Such as nobody has on offer: passed so far, and in all. */
  passed = 0;
  unoffered: number;

  constructor(draft: Draft, queue: QueuePlan, free: Free) {
    this.#draft = draft;
    this.#free = free;
    this.queue = queue;
    this.unoffered = draft.list(queue.name).filter(({ offers }) => offers.length === 0).length;
  }

  head(): Head | undefined {
    const list = this.#draft.list(this.queue.name);
    for (; this.#at < list.length; this.#at += 1) {
      const waiting = list[this.#at];
      if (!waiting || waiting.offers.length > 0) continue;
      if (this.#isServable(waiting)) return this.#asHead(waiting);
      this.passed += 1;
    }
    return undefined;
  }

  /** The head cannot be served after all. */
  pass(): void {
    this.#at += 1;
    this.passed += 1;
  }

  afterHead(): Head | undefined {
    const list = this.#draft.list(this.queue.name);
    for (let at = this.#at + 1; at < list.length; at += 1) {
      const waiting = list[at];
      if (waiting?.offers.length === 0) return this.#asHead(waiting);
    }
    return undefined;
  }

  #asHead(waiting: Waiting): Head {
    return {
      line: this,
      waiting,
      points: due(waiting, this.queue.priority.ageingPerMinute, this.#draft.now),
    };
  }

  #isServable(waiting: Waiting): boolean {
    const { now } = this.#draft;
    const medium = mediumOf(waiting.kind);
    if (waiting.lastAgent !== undefined) {
      const kept = keptUntil(this.queue, waiting, this.#draft.agent(waiting.lastAgent));
      if (this.#free.has(waiting.lastAgent, medium) && !waiting.missedBy.includes(waiting.lastAgent))
        return true;
      if (kept !== undefined && kept > now) return false;
    }
    return this.#someoneFor(waiting, medium);
  }

  /** One answer for all who wait alike, until somebody is free no more. */
  #someoneFor(waiting: Waiting, medium: Medium): boolean {
    if (this.#knownAt !== this.#free.version) this.#known.clear();
    this.#knownAt = this.#free.version;
    const stage = stageOf(this.queue, waiting, this.#draft.now);
    const needs = waiting.needs ? JSON.stringify(waiting.needs) : '';
    const key = `${stage}${medium}${needs}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const is = this.queue.stages[stage] ?? { afterMs: 0, insists: [], closedLevels: [] };
    const found = this.queue.members.some(
      (member) =>
        this.#free.has(member.agent.id, medium) && unable(this.queue, is, member, waiting) === undefined,
    );
    this.#known.set(key, found);
    return found;
  }
}

export function linesOf(draft: Draft, free: Free): Line[] {
  const serving = new Set<string>();
  for (const id of free.ids()) for (const queue in draft.plan.agent[id]?.queues) serving.add(queue);
  return draft.queueNames().flatMap((name) => {
    const queue = draft.plan.queues[name];
    return queue && serving.has(name) && draft.list(name).length > 0 ? [new Line(draft, queue, free)] : [];
  });
}
