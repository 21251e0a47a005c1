/** How a number is sent on a line: each network wants it its own way. Pure. */
import { diallingPlan } from '@branchline/contracts/branch/countries';
import type { CallClass, Trunk } from '@branchline/contracts/branch/model';

export interface Outside {
  /** E.164 where the number's plan is known, digits otherwise. */
  readonly number: string;
  /** As the person dialled it. */
  readonly dialled?: string;
  readonly class?: CallClass;
}

/** Numbers that have no international form, as those of emergencies, are sent as they are dialled. */
export function dialForm({ dial }: Pick<Trunk, 'dial'>, country: string, to: Outside): string {
  const { number, dialled = number } = to;
  if (dial === 'as-dialled' || !number.startsWith('+')) return dialled;
  if (dial === 'e164') return number;
  if (dial === 'plain') return number.slice(1);
  const plan = diallingPlan(country);
  if (!plan) return dialled;
  const home = `+${plan.callingCode}`;
  if (to.class === 'international' || !number.startsWith(home))
    return `${plan.internationalPrefix}${number.slice(1)}`;
  const national = number.slice(home.length);
  return plan.mobile.test(national) ? national : `${plan.nationalPrefix}${national}`;
}
