/** Whether the engine is behind with its own tasks: `(state, queues) -> state`. A burst that is gone at the next look was none. */
import type { TaskQueue } from '../engine/port.ts';

export interface Behind {
  /** Looks at which some queue was at its limit, one after the other. */
  readonly looks: number;
  /** The one that is furthest behind, while there is an alarm. */
  readonly worst?: TaskQueue;
}

export const ON_TIME: Behind = { looks: 0 };
/** So many looks in succession are an alarm. */
const LOOKS = 2;

export function behindStep(before: Behind, queues: readonly TaskQueue[]): Behind {
  const limit = ({ low, high }: TaskQueue): number => (before.worst ? low : high);
  const over = queues
    .filter((queue) => limit(queue) > 0 && queue.depth >= limit(queue))
    .sort((a, b) => b.depth / b.high - a.depth / a.high);
  const [worst] = over;
  if (!worst) return ON_TIME;
  const looks = before.looks + 1;
  return looks < LOOKS ? { looks } : { looks, worst };
}
