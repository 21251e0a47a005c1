/** An interaction is given to an agent by a person's order: whatever the queue prefers, and whoever would have been next. */
import { canTake, offered } from './agents.ts';
import type { Draft } from './draft.ts';
import type { AgentPlan } from './plan.ts';
import { due } from './rank.ts';
import { mediumOf, type AcdEvent, type AgentState, type Kind } from './state.ts';

/** Who has said that he is not ready is left in peace; wrap-up, and the moment after a refusal, are not. */
export function mayBeGiven(agent: AgentState, plan: AgentPlan, kind: Kind, now: number): boolean {
  const { wrapUpUntil: _, heldBackUntil: __, ...rest } = agent;
  return canTake(rest, plan, mediumOf(kind), now);
}

export function give(draft: Draft, { interaction, agent, by }: Extract<AcdEvent, { type: 'give' }>): void {
  const { now } = draft;
  const waiting = draft.find(interaction);
  const queue = waiting && draft.plan.queues[waiting.queue];
  const [state, plan] = [draft.agent(agent), draft.plan.agent[agent]];
  if (!waiting || !queue || waiting.offers.length > 0) return;
  if (!state || !plan || !mayBeGiven(state, plan, waiting.kind, now)) return;
  const attempt = waiting.attempts + 1;
  const aged = due(waiting, queue.priority.ageingPerMinute, now) - waiting.priority;
  draft.effects.push({
    do: 'offer',
    interaction,
    kind: waiting.kind,
    agent,
    queue: queue.name,
    attempt,
    ringMs: queue.ringMs,
    candidates: [{ agent, verdict: 'chosen' }],
    why: {
      order: queue.order,
      given: by,
      turn: {
        priority: waiting.priority,
        aged: Math.round(aged * 100) / 100,
        waitedMs: Math.max(0, now - waiting.since),
        waiting: draft.list(queue.name).filter(({ offers }) => offers.length === 0).length,
      },
    },
  });
  const work = {
    what: interaction,
    as: 'offered',
    medium: mediumOf(waiting.kind),
    queue: queue.name,
    since: now,
  } as const;
  draft.changeAgent(agent, (before) => offered(before, work));
  draft.replace(waiting, { ...waiting, offers: [agent], attempts: attempt });
}
