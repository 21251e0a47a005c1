/** What the ledger is told of agents, beside what they order: which state they are in by other means, and when wrap-up becomes another. */
import type { EventBody, NewEvent } from '@branchline/contracts/ledger';
import type { AcdChanges, AcdEvent, AcdState, AgentState } from '../acd/state.ts';

export type AgentNote =
  | { readonly type: 'agent.state'; readonly body: EventBody<'agent.state'> }
  | { readonly type: 'agent.wrap-up'; readonly body: EventBody<'agent.wrap-up'> };

/** What an event has made of agents. What was ordered is noted where it was ordered. */
export function agentNotes(before: AcdState, event: AcdEvent, changed: AcdChanges, now: number): AgentNote[] {
  return Object.entries(changed.agents).flatMap(([agent, after]) => {
    const was = before.agents[agent];
    return [
      ...(event.type === 'order' ? [] : stateNotes(agent, was, after)),
      ...(event.type === 'free' ? [] : wrapUpNotes(agent, was, after, now)),
    ];
  });
}

/** Everybody's state as it is, for figures that begin here. `at` in ms since 1970. */
export const statesAgain = (acd: AcdState, at: number): NewEvent[] =>
  Object.entries(acd.agents).map(([agent, state]) => ({
    type: 'agent.state',
    at,
    body: { agent, ...wordOf(state), again: true },
  }));

function stateNotes(agent: string, was: AgentState | undefined, after: AgentState | null): AgentNote[] {
  if (after === null) {
    const body = { agent, state: 'signed-out', reason: 'not in the document' };
    return [{ type: 'agent.state', body }];
  }
  const word = wordOf(after);
  const before = was && wordOf(was);
  if (before?.state === word.state && before.reason === word.reason) return [];
  return [{ type: 'agent.state', body: { agent, ...word } }];
}

function wrapUpNotes(
  agent: string,
  was: AgentState | undefined,
  after: AgentState | null,
  now: number,
): AgentNote[] {
  const until = was?.wrapUpUntil;
  if (until === undefined || until <= now || after?.wrapUpUntil === until) return [];
  const endsAt = new Date(after?.wrapUpUntil ?? now).toISOString();
  return [{ type: 'agent.wrap-up', body: { agent, endsAt } }];
}

function wordOf({ signedIn, ready, reason }: AgentState): { state: string; reason?: string } {
  if (signedIn && ready) return { state: 'ready' };
  return { state: signedIn ? 'not-ready' : 'signed-out', ...(reason === undefined ? {} : { reason }) };
}
