/** The timers of one thing, so that they can all be ended together. */

/** Runs `task` once after `ms`; the returned function calls it off. */
export type After = (ms: number, task: () => void) => () => void;

export interface Timers {
  readonly after: After;
  clear(): void;
}

export function createTimers(): Timers {
  const pending = new Set<NodeJS.Timeout>();
  const after: After = (ms, task) => {
    const timer = setTimeout(() => {
      pending.delete(timer);
      task();
    }, ms);
    pending.add(timer);
    return () => {
      pending.delete(timer);
      clearTimeout(timer);
    };
  };
  return {
    after,
    clear: () => {
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
  };
}
