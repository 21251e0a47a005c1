/** The queues as they are walked together: who is free, and who stands first in each and could be served. */
import { canTake } from './agents.ts';
import type { Draft } from './draft.ts';
import { keptUntil, stageOf, unable } from './judging.ts';
import type { Skills } from '@branchline/contracts/branch/queues/model';
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
    for (const agent of draft.plan.agents) {
      const state = draft.agent(agent.id);
      // Most are busy with the one thing they may have: not worth a second look.
      const isFull = state?.work.length === 1 && agent.atOnce === 1 && agent.chats === undefined;
      if (state && !isFull) this.look(agent.id);
    }
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
  /** By priority and waiting. */
  readonly points: number;
  /** The same, less what it costs that nobody free is what the queue prefers. */
  readonly weighed: number;
}

/**
 * A call that would get somebody short of what is preferred lets one go first whom he suits, as long as it has not waited longer by this, in points
 * for each level. Measured on days of 20 to 100 agents: without it, agents are spent on each other's calls.
 */
const SHORT_POINTS = 1;

/** One queue, walked from its front. */
export class Line {
  readonly queue: QueuePlan;
  readonly #draft: Draft;
  readonly #free: Free;
  /** By kind of waiter: levels by which the best free agent falls short, undefined when nobody free is able. */
  readonly #known = new Map<string, number | undefined>();
  #knownAt = -1;
  #at = 0;
  /** Such as nobody has on offer, and were passed so far. */
  passed = 0;

  constructor(draft: Draft, queue: QueuePlan, free: Free) {
    this.#draft = draft;
    this.#free = free;
    this.queue = queue;
  }

  head(): Head | undefined {
    const list = this.#draft.list(this.queue.name);
    for (; this.#at < list.length; this.#at += 1) {
      const waiting = list[this.#at];
      if (!waiting || waiting.offers.length > 0) continue;
      const short = this.#bestFor(waiting);
      if (short !== undefined) {
        return this.#asHead(waiting, short);
      }
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
      if (waiting?.offers.length === 0) return this.#asHead(waiting, this.#bestFor(waiting) ?? 0);
    }
    return undefined;
  }

  /** Such as nobody has on offer. */
  unoffered(): number {
    let count = 0;
    for (const { offers } of this.#draft.list(this.queue.name)) if (offers.length === 0) count += 1;
    return count;
  }

  #asHead(waiting: Waiting, short: number): Head {
    const points = due(waiting, this.queue.priority.ageingPerMinute, this.#draft.now);
    return { line: this, waiting, points, weighed: points - short * SHORT_POINTS };
  }

  /** Levels by which the best who is free for it falls short; undefined when nobody is. */
  #bestFor(waiting: Waiting): number | undefined {
    const { lastAgent } = waiting;
    const medium = mediumOf(waiting.kind);
    if (lastAgent === undefined) return this.#bestOf(waiting, medium);
    if (this.#free.has(lastAgent, medium) && !waiting.missedBy.includes(lastAgent)) return 0;
    const kept = keptUntil(this.queue, waiting, this.#draft.agent(lastAgent));
    return kept !== undefined && kept > this.#draft.now ? undefined : this.#bestOf(waiting, medium);
  }

  /** One answer for all who wait alike, until somebody is free no more. */
  #bestOf(waiting: Waiting, medium: Medium): number | undefined {
    if (this.#knownAt !== this.#free.version) this.#known.clear();
    this.#knownAt = this.#free.version;
    const at = stageOf(this.queue, waiting, this.#draft.now);
    const key = `${at}${medium}${waiting.needs ? textOf(waiting.needs) : ''}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const stage = this.queue.stages[at];
    let best: number | undefined;
    for (const member of stage ? this.queue.members : [])
      if (
        stage &&
        (best === undefined || member.short < best) &&
        this.#free.has(member.agent.id, medium) &&
        unable(this.queue, stage, member, waiting) === undefined
      )
        best = member.short;
    this.#known.set(key, best);
    return best;
  }
}

const texts = new WeakMap<Skills, string>();

/** The needs of one interaction never change, and are read many times. */
function textOf(needs: Skills): string {
  const known = texts.get(needs);
  if (known !== undefined) return known;
  const text = JSON.stringify(needs);
  texts.set(needs, text);
  return text;
}

export function linesOf(draft: Draft, free: Free): Line[] {
  const serving = new Set<string>();
  for (const id of free.ids()) for (const queue in draft.plan.agent[id]?.queues) serving.add(queue);
  return draft.queueNames().flatMap((name) => {
    const queue = draft.plan.queues[name];
    return queue && serving.has(name) && draft.list(name).length > 0 ? [new Line(draft, queue, free)] : [];
  });
}
