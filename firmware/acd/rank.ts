/**
 * The order of those who wait. Everybody in a queue ages alike, so within a queue the order never changes by time and
 * is kept as it stands; only the heads of different queues are compared anew at each step.
 */
import type { QueuePlan } from './plan.ts';
import type { Waiting } from './state.ts';

const MINUTE_MS = 60_000;

/** Points at a moment: priority, and what was gained by waiting. A steady stream of VIPs starves nobody. */
export function due(waiting: Waiting, ageingPerMinute: number, now: number): number {
  return waiting.priority + (ageingPerMinute * (now - waiting.since)) / MINUTE_MS;
}

/** Whether `a` comes before `b` in their queue: more points, then who came first. */
export function before(a: Waiting, b: Waiting, queue: QueuePlan | undefined): boolean {
  const ageing = queue?.priority.ageingPerMinute ?? 0;
  const lead = a.priority - b.priority + (ageing * (b.since - a.since)) / MINUTE_MS;
  if (lead !== 0) return lead > 0;
  return a.since === b.since ? a.ticket <= b.ticket : a.since < b.since;
}
