/** What of the branch document the fraud brake goes by. Pure. */
import type { Branch } from '@branchline/contracts/branch/model';
import { isOpen, localTime } from '../flows/hours.ts';
import type { BrakePlan } from '../routing/brake.ts';

const plans = new WeakMap<Branch, BrakePlan>();

export function brakePlan(branch: Branch): BrakePlan {
  const known = plans.get(branch);
  if (known) return known;
  const { limits, hours, site } = branch;
  const made: BrakePlan = {
    limits,
    day: (now) => localTime(site.timezone, now).date,
    isOpen: (now) => {
      const times = hours[limits.offHours?.hours ?? ''];
      return times === undefined || isOpen(times, site.timezone, now);
    },
  };
  plans.set(branch, made);
  return made;
}
