/** What several steps changed, taken together: all that a store must write. */
import type { AcdChanges, AcdState } from './state.ts';

export const noChanges: AcdChanges = { waiting: {}, agents: {}, queues: {}, customers: {} };

export function changesAfter(before: AcdChanges, now: AcdChanges): AcdChanges {
  if (before === noChanges) return now;
  return {
    ...(before.plan === undefined ? {} : { plan: before.plan }),
    ...(now.plan === undefined ? {} : { plan: now.plan }),
    waiting: { ...before.waiting, ...now.waiting },
    agents: { ...before.agents, ...now.agents },
    queues: { ...before.queues, ...now.queues },
    customers: { ...before.customers, ...now.customers },
  };
}

/** A whole state as changes: for the first time it is written in this form. */
export function allOf(state: AcdState): AcdChanges {
  const waiting = Object.values(state.waiting).flat();
  return {
    plan: state.plan,
    waiting: Object.fromEntries(waiting.map((each) => [each.interaction, each])),
    agents: state.agents,
    queues: state.queues,
    customers: Object.assign({}, ...Object.values(state.customers)) as AcdChanges['customers'],
  };
}
