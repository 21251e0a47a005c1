/** A caller who waits is given to an agent of a supervisor's choice. The ACD makes the offer, so that it is a decision like any other of its own. */
import { mayBeGiven } from '../acd/giving.ts';
import { agentPhase } from '../acd/state.ts';
import type { OrderOf } from './call-order.ts';
import type { Call } from './state.ts';
import type { Step } from './step.ts';

export function give(step: Step, call: Call, { agent }: OrderOf<'give'>, by: string): void {
  const { stage } = call;
  const waiting =
    stage.at === 'queue'
      ? step.acdState.waiting[stage.queue]?.find(({ interaction }) => interaction === call.id)
      : undefined;
  if (!waiting) return step.refuse({ code: 'not-waiting', value: call.id });
  const [state, plan] = [step.acdState.agents[agent], step.plan.agent[agent]];
  if (!state || !plan) return step.refuse({ code: 'no-such-agent', value: agent });
  if (waiting.offers.length > 0)
    return step.refuse({ code: 'rings-already', value: waiting.offers.join(', ') });
  if ((step.branch.people[agent]?.phones ?? []).length === 0)
    return step.refuse({ code: 'no-phone', value: agent });
  if (!mayBeGiven(state, plan, waiting.kind, step.now))
    return step.refuse({ code: 'agent-not-free', value: agentPhase(state, step.now) });
  step.tellAcd({ type: 'give', interaction: call.id, agent, by });
}
