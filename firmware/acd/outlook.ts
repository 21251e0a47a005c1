/**
 * Where one who waits stands, and how long it will take.
 *
 * Expected wait = position x mean time between two servings of the queue. That time is the mean of two estimates, weighed by what they
 * rest on: what was measured lately (time between two interactions taken while others waited, scaled by the agents there then and
 * now), and what an interaction costs (mean time it keeps an agent, wrap-up included, divided by the agents who are there). How far
 * it is off is measured from the ledger: `contracts/expected-wait.ts`.
 */
import { isThere } from './agents.ts';
import type { QueuePlan } from './plan.ts';
import { newQueue, type AcdState, type AgentState, type Pace, type QueueState } from './state.ts';

/** Weight of the newest sample, at least: what is older than some 20 servings counts for little. */
const NEWEST = 1 / 20;
/** The cost of an interaction counts as much as this many measured gaps. */
const COST_WEIGHT = 5;

export interface Outlook {
  /** From 1. */
  readonly position: number;
  /** Ms; left out when nothing is known to tell it from, or nobody is there. */
  readonly expectedWaitMs?: number;
}

export function outlook(state: AcdState, queue: QueuePlan, interaction: string): Outlook | undefined {
  const list = state.waiting[queue.name] ?? [];
  const index = list.findIndex((waiting) => waiting.interaction === interaction);
  if (index < 0) return undefined;
  const gap = expectedGapMs(queue, state.queues[queue.name] ?? newQueue, (id) => state.agents[id]);
  return outlookAt(index + 1, gap);
}

export const outlookAt = (position: number, gapMs: number | undefined): Outlook =>
  gapMs === undefined ? { position } : { position, expectedWaitMs: Math.round(position * gapMs) };

/** Time between two servings, as it is expected now, ms; undefined when nothing is known to tell it from, or nobody is there. */
export function expectedGapMs(
  queue: QueuePlan,
  { pace }: QueueState,
  agent: (id: string) => AgentState | undefined,
): number | undefined {
  const there = staffed(queue, agent);
  if (there === 0) return undefined;
  const measured = pace.staffed > 0 ? (pace.gapMs * pace.staffed) / there : pace.gapMs;
  const costed = pace.handleMs / there;
  if (pace.gaps === 0) return pace.handled === 0 ? undefined : costed;
  if (pace.handled === 0) return measured;
  return (pace.gaps * measured + COST_WEIGHT * costed) / (pace.gaps + COST_WEIGHT);
}

export function staffed(queue: QueuePlan, agent: (id: string) => AgentState | undefined): number {
  let count = 0;
  for (const member of queue.members) {
    const state = agent(member.agent.id);
    if (state && isThere(state)) count += 1;
  }
  return count;
}

/** An interaction was taken. `waitedSince`: only while others waited does the time between two say how fast they are served. */
export function paceAfterTaken(pace: Pace, enteredAt: number, there: number, now: number): Pace {
  const last = pace.takenAt;
  if (last === undefined || enteredAt > last || now < last) return { ...pace, takenAt: now };
  const weight = Math.max(NEWEST, 1 / (pace.gaps + 1));
  return {
    ...pace,
    takenAt: now,
    gaps: Math.min(pace.gaps + 1, Math.round(1 / NEWEST)),
    gapMs: pace.gapMs + weight * (now - last - pace.gapMs),
    staffed: pace.staffed + weight * (there - pace.staffed),
  };
}

export function paceAfterHandled(pace: Pace, handleMs: number): Pace {
  const weight = Math.max(NEWEST, 1 / (pace.handled + 1));
  return {
    ...pace,
    handled: Math.min(pace.handled + 1, Math.round(1 / NEWEST)),
    handleMs: pace.handleMs + weight * (handleMs - pace.handleMs),
  };
}
