/** A call's id is its start in ms times 1024 plus a number: the ids' order is the history's order, and needs no index. Pure. */
export const CALLS_PER_MS = 1024;
/** Beyond it an id would not fit a double; the year 2248. */
const LATEST_MS = 2 ** 43 - 1;

/** The first id of a call that started at this moment; a start outside 1970 to 2248 is moved to its nearer end. */
export function firstIdAt(startedMs: number): number {
  const ms = Number.isFinite(startedMs) ? Math.min(Math.max(Math.ceil(startedMs), 0), LATEST_MS) : 0;
  return ms * CALLS_PER_MS;
}

export function startsAt(id: number, startedMs: number): boolean {
  return Math.floor(id / CALLS_PER_MS) * CALLS_PER_MS === firstIdAt(startedMs);
}
