/** Faults of the database itself, which pass, unlike those of what was to be written. */
import { isDiskFault } from '@branchline/runtime/sqlite';

/** Classes of PostgreSQL's error codes: connection, resources, an operator's intervention, the system; and its data being read only. */
const PASSING = /^(08|53|57|58|25006|40)/;

/** What could not be asked of the database, since it is away or did not answer in time. */
export class StoreAway extends Error {
  constructor(cause: unknown) {
    super(`the database is away: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'StoreAway';
  }
}

/** Whether the same may be stored later. */
export function isStoreFault(error: unknown): boolean {
  if (error instanceof StoreAway || isDiskFault(error)) return true;
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && code.length === 5 && PASSING.test(code);
}
