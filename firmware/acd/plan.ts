/** What of the branch document the ACD goes by, with what can be known beforehand: who serves which queue, and what is insisted on when. */
import type { Queue, Skills } from '@branchline/contracts/branch/queues/model';
import { hash } from './hash.ts';

export interface AgentPlan {
  readonly id: string;
  /** His level in each of his queues. */
  readonly queues: Readonly<Record<string, number>>;
  readonly skills: Skills;
  /** Voice interactions at once. */
  readonly atOnce: number;
  /** Written ones at once; none when left out. */
  readonly chats?: number;
}

export interface Member {
  readonly agent: AgentPlan;
  /** Place among the queue's agents in the document, from 0. */
  readonly place: number;
  readonly level: number;
  /** Levels by which he falls short of the queue's preferences. */
  readonly short: number;
}

/** From a wait on, until the next stage: which skills are insisted on, which levels of agents are asked. */
export interface Stage {
  readonly afterMs: number;
  readonly insists: readonly (readonly [skill: string, level: number])[];
  readonly closedLevels: readonly number[];
}

export interface QueuePlan extends Queue {
  readonly members: readonly Member[];
  /** By time; the first is from the beginning. */
  readonly stages: readonly Stage[];
}

export interface AcdPlan {
  /** The same for the same queues, agents and calendar, and for no others. */
  readonly id: string;
  readonly queues: Readonly<Record<string, QueuePlan>>;
  /** Agents in the order of the document, which is the order of 'linear'. */
  readonly agents: readonly AgentPlan[];
  readonly agent: Readonly<Record<string, AgentPlan>>;
  readonly isOpen: (queue: string, now: number) => boolean;
}

export interface PlanSource {
  readonly queues: Readonly<Record<string, Queue>>;
  readonly agents: readonly AgentPlan[];
  /** Whether a queue's `hours` say that it is open; asked of queues that have hours. */
  readonly isOpen?: (queue: Queue, now: number) => boolean;
  /** What `isOpen` goes by, as JSON: another calendar is another plan. */
  readonly calendar?: unknown;
}

export function planOf({ queues, agents, isOpen, calendar }: PlanSource): AcdPlan {
  return {
    id: hash(JSON.stringify([queues, agents, ...(calendar === undefined ? [] : [calendar])])).toString(36),
    queues: Object.fromEntries(
      Object.entries(queues).map(([name, queue]) => [name, queuePlan(queue, agents)]),
    ),
    agents,
    agent: Object.fromEntries(agents.map((agent) => [agent.id, agent])),
    isOpen: (name, now) => {
      const queue = queues[name];
      return queue?.hours === undefined || isOpen === undefined || isOpen(queue, now);
    },
  };
}

function queuePlan(queue: Queue, agents: readonly AgentPlan[]): QueuePlan {
  const members = agents
    .filter((agent) => agent.queues[queue.name] !== undefined)
    .map((agent, place) => ({
      agent,
      place,
      level: agent.queues[queue.name] ?? 1,
      short: shortfall(queue.prefers, agent.skills),
    }));
  return { ...queue, members, stages: stagesOf(queue) };
}

function shortfall(wanted: Skills, has: Skills): number {
  return Object.entries(wanted).reduce(
    (sum, [skill, level]) => sum + Math.max(0, level - (has[skill] ?? 0)),
    0,
  );
}

function stagesOf(queue: Queue): Stage[] {
  const times = [0, ...queue.relax.map(({ afterMs }) => afterMs), ...Object.values(queue.levels)];
  return [...new Set(times)]
    .sort((a, b) => a - b)
    .map((afterMs) => ({
      afterMs,
      insists: Object.entries(insistedOn(queue, afterMs)),
      closedLevels: Object.entries(queue.levels).flatMap(([level, opens]) =>
        opens > afterMs ? [Number(level)] : [],
      ),
    }));
}

/** What is insisted on after a wait; without steps of relaxation a preference only ranks. */
export function insistedOn(queue: Queue, waitedMs: number): Skills {
  if (queue.relax.length === 0) return {};
  return queue.relax.findLast(({ afterMs }) => afterMs <= waitedMs)?.insists ?? queue.prefers;
}

/** The stage of a wait, as a number from 0. */
export function stageAt(queue: QueuePlan, waitedMs: number): number {
  let at = 0;
  while (at + 1 < queue.stages.length && (queue.stages[at + 1]?.afterMs ?? Infinity) <= waitedMs) at += 1;
  return at;
}

export function has(skills: Skills, needs: Skills): boolean {
  for (const skill in needs) if ((skills[skill] ?? 0) < (needs[skill] ?? 0)) return false;
  return true;
}
