/** Pages of a list of calls, newest first. Pure. */

/**
 * The next page begins before the last call of this one: so no page ends among calls that began in the same millisecond, unless it
 * has no others.
 * @param newest one more than `limit` where there are more
 * @param startedAt ISO 8601
 */
export function pageOf<T>(
  newest: readonly T[],
  limit: number,
  startedAt: (call: T) => string,
): { calls: T[]; more: boolean } {
  const calls = newest.slice(0, limit);
  const beyond = newest[limit];
  if (beyond === undefined) return { calls, more: false };
  const together = calls.filter((call) => startedAt(call) !== startedAt(beyond));
  return { calls: together.length > 0 ? together : calls, more: true };
}
