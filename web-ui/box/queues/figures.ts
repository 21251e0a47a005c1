/** Figures of a queue as the pages show them. Pure. */
import type { LiveQueue } from '@branchline/contracts/live';

/** When the caller who waits longest began to wait; undefined when nobody does. */
export function oldest(queue: LiveQueue): string | undefined {
  return queue.waiting.map((caller) => caller.since).sort()[0];
}

/** Whether waiting callers, or the day so far, miss what was promised. `now` in ms since 1970. */
export function waitTone(since: string | undefined, goalMs: number, now: number): 'good' | 'warn' | 'bad' {
  if (since === undefined) return 'good';
  const waited = now - Date.parse(since);
  if (waited > 3 * goalMs) return 'bad';
  return waited > goalMs ? 'warn' : 'good';
}

export function levelTone({ today, serviceLevelGoal }: LiveQueue): 'good' | 'warn' | 'unknown' {
  if (today.serviceLevel === null) return 'unknown';
  return today.serviceLevel >= serviceLevelGoal.percent ? 'good' : 'warn';
}
