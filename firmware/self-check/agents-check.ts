/** Somebody signs in and out by the rules in force, on a copy of the queues: nobody is shown, and nothing can be offered to him. Pure. */
import { acd } from '../acd/acd.ts';
import { planOf, type PlanSource } from '../acd/plan.ts';
import { agentPhase, emptyAcd, type AcdEvent } from '../acd/state.ts';
import { failed, passed, type Verdict } from './verdict.ts';

/** No person of a document can be called so. */
const NOBODY = '(self-check)';

export function checkAgents({ queues, agents }: Pick<PlanSource, 'queues' | 'agents'>, now: number): Verdict {
  const level = 1;
  const all = Object.fromEntries(Object.keys(queues).map((queue) => [queue, level]));
  const nobody = { id: NOBODY, queues: all, skills: {}, atOnce: 1 };
  const plan = planOf({ queues, agents: [...agents, nobody] });
  let state = emptyAcd;
  const after = (event: AcdEvent): string => {
    ({ state } = acd(state, event, now, plan));
    const agent = state.agents[NOBODY];
    return agent ? agentPhase(agent, now) : 'unknown';
  };
  after({ type: 'plan', plan: plan.id });
  after({ type: 'reachable', agent: NOBODY, reachable: true });
  const signedIn = after({ type: 'order', agent: NOBODY, state: 'ready' });
  if (signedIn !== 'ready') return failed('not-signed-in', signedIn);
  const paused = after({ type: 'order', agent: NOBODY, state: 'not-ready' });
  if (paused !== 'not-ready') return failed('not-signed-in', paused);
  const signedOut = after({ type: 'order', agent: NOBODY, state: 'signed-out' });
  return signedOut === 'signed-out' ? passed() : failed('not-signed-out', signedOut);
}
