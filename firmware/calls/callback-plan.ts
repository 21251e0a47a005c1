/** What of the branch document callbacks go by. Pure. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { CallbackPlan } from '../acd/callback.ts';
import { isOpen } from '../flows/hours.ts';
import { classify, outgoingPlan, type OutgoingPlan } from '../routing/outgoing.ts';
import type { Worths } from '../routing/worth.ts';

const plans = new WeakMap<Branch, CallbackPlan>();

export function callbackPlan(branch: Branch): CallbackPlan {
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

type Lines = Pick<Extract<OutgoingPlan, { ok: true }>, 'number' | 'trunks' | 'callerId'>;
interface Moment {
  readonly branch: Branch;
  readonly now: number;
  readonly worths: Worths;
}

/** The lines to a customer; undefined for a number that the branch may not, or cannot, call. */
export function linesTo(step: Moment, queue: string, number: string): Lines | undefined {
  const { branch, now, worths } = step;
  const dialled = classify(branch, number);
  // Never the number of an emergency, whoever shows it as his own.
  if (dialled.kind !== 'outside' || dialled.class === 'emergency') return undefined;
  const plan = outgoingPlan(branch, dialled, { queue, now, worths });
  return plan.ok && plan.trunks.length > 0 ? plan : undefined;
}
