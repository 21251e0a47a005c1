/** What a trunk is worth right now to one who wants to call by it, as trunk truth says, and the order that follows. Pure. */

/** `refusing`: busied out by order; nothing is taken that comes in by it. */
export type Worth = 'up' | 'degraded' | 'draining' | 'down' | 'refusing' | 'unknown';
export type Worths = Readonly<Record<string, Worth>>;

/** One that is out is tried last and not never: what is known of it may be old, and an emergency tries everything. */
const RANK: Readonly<Record<Worth, number>> = {
  up: 0,
  unknown: 0,
  degraded: 1,
  draining: 2,
  down: 3,
  refusing: 3,
};

/** Those of equal worth keep their order. */
export function byWorth(trunks: readonly string[], worths: Worths): string[] {
  const rank = (trunk: string): number => RANK[worths[trunk] ?? 'unknown'];
  return [...trunks].sort((a, b) => rank(a) - rank(b));
}
