/** Whether several telephones were lost by what they share: the switch on the desk, its power, its cable. Pure. */
import { LOST_TOGETHER_MS } from '@branchline/contracts/alarms';

/** Fewer than that are each a fault of their own. */
const LEAST = 3;

/** @param lostAt when each of those that are away was lost, ms since 1970, in any order */
export function wereLostTogether(lostAt: readonly number[]): boolean {
  const sorted = lostAt.toSorted((a, b) => a - b);
  return sorted.some((at, index) => (sorted[index + LEAST - 1] ?? Infinity) - at <= LOST_TOGETHER_MS);
}
