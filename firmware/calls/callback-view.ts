/** Callbacks as the pages show them. Pure. */
import type { WaitingCallback } from '@branchline/contracts/http/callbacks';
import type { Branch } from '@branchline/contracts/branch/model';
import type { Callback, CallbackState, Phase } from '../acd/callback.ts';
import { callbackPlan } from './callback-plan.ts';

/** Who has waited longest first. */
export const waitingCallbacks = (callbacks: CallbackState, branch: Branch): WaitingCallback[] =>
  Object.values(callbacks)
    .sort((a, b) => a.since - b.since)
    .map((each) => waitingCallback(each, branch));

export function waitingCallback(
  { id, number, queue, since, attempts, phase }: Callback,
  branch: Branch,
): WaitingCallback {
  return {
    callback: id,
    number,
    queue,
    since: new Date(since).toISOString(),
    attempts,
    ...phaseOf(phase, queue, branch),
  };
}

function phaseOf(phase: Phase, queue: string, branch: Branch): Pick<WaitingCallback, 'state' | 'nextAt'> {
  if (phase.at === 'waiting') return { state: 'waiting', nextAt: null };
  if (phase.at === 'dialling') return { state: 'calling', nextAt: null };
  const plan = callbackPlan(branch);
  if (!plan.policy(queue) || !plan.mayCall(queue, phase.until)) return { state: 'closed', nextAt: null };
  return { state: 'paused', nextAt: new Date(phase.until).toISOString() };
}
