/** What of the branch document callbacks go by. Pure. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { CallbackPlan } from '../acd/callback.ts';
import { isOpen } from '../flows/hours.ts';

const plans = new WeakMap<Branch, CallbackPlan>();

/** @param refusing new calls are refused: nobody is called back meanwhile. */
export function callbackPlan(branch: Branch, refusing = false): CallbackPlan {
  const plan = planOf(branch);
  return refusing ? { ...plan, mayCall: () => false } : plan;
}

function planOf(branch: Branch): CallbackPlan {
  const known = plans.get(branch);
  if (known) return known;
  const policy: CallbackPlan['policy'] = (queue) => branch.queues[queue]?.callback;
  const made: CallbackPlan = {
    policy,
    mayCall: (queue, now) => {
      const hours = branch.hours[policy(queue)?.hours ?? ''];
      return hours === undefined || isOpen(hours, branch.site.timezone, now);
    },
  };
  plans.set(branch, made);
  return made;
}
