/** A call that was to reach a customer is at its end: what that means for his callback, and for agents who were taken and never rung. */
import { CAUSE } from './events.ts';
import type { Call, CallingBack, Ending } from './state.ts';
import type { Step } from './step.ts';

export function callbackOver(
  step: Step,
  call: Call,
  { id, reached }: CallingBack,
  { cause, endedBy }: { cause: number; endedBy: Ending['endedBy'] },
): void {
  if (call.stage.at === 'calling-back')
    for (const { agent } of call.stage.offers)
      step.tellAcd({ type: 'refused', interaction: call.id, agent, reason: 'withdrawn' });
  if (reached || call.answeredAt !== undefined) return;
  // The anchor is the agent: with him, not with the customer, it has ended.
  const agentGone = endedBy === 'caller' || endedBy === 'engine';
  step.tellCallbacks(
    agentGone ? { type: 'agent-gone', id } : { type: 'not-reached', id, because: because(cause) },
  );
}

function because(cause: number): 'busy' | 'no-answer' | 'failed' {
  if (cause === CAUSE.busy || cause === CAUSE.rejected) return 'busy';
  return cause === CAUSE.noAnswer || cause === CAUSE.noResponse ? 'no-answer' : 'failed';
}
