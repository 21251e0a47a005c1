/** Which maintenance windows are in force: those of the document, and those that a person has opened. Pure. */
import type { MaintenanceWindow } from '@branchline/contracts/branch/maintenance';

/** Opened by hand. */
export interface OpenedWindow {
  readonly id: string;
  readonly what: readonly string[];
  /** Milliseconds since 1970. */
  readonly until: number;
  /** As the ledger names people. */
  readonly by: string;
  readonly note: string | null;
}

/** The branch's own time of a moment. */
export interface LocalTime {
  /** ISO date. */
  readonly date: string;
  /** From Monday = 0. */
  readonly weekday: number;
  /** Of the day. */
  readonly minute: number;
}

export const BY_DOCUMENT = 'document';
const MINUTE_MS = 60_000;

/** In force at `now`, ms since 1970; `local` is the same moment by the branch's clock. */
export function windowsInForce(
  ofDocument: Readonly<Record<string, MaintenanceWindow>>,
  opened: readonly OpenedWindow[],
  local: LocalTime,
  now: number,
): OpenedWindow[] {
  const scheduled = Object.values(ofDocument)
    .filter(({ hours, days, dates }) => {
      if (!days.includes(local.weekday) || local.minute < hours.from || local.minute >= hours.to)
        return false;
      return dates === undefined || (local.date >= dates.from && local.date <= dates.to);
    })
    .map(({ name, what, hours }) => {
      const left = (hours.to - local.minute) * MINUTE_MS - (now % MINUTE_MS);
      return { id: `document ${name}`, what, until: now + left, by: BY_DOCUMENT, note: null };
    });
  return [...scheduled, ...opened.filter(({ until }) => until > now)];
}

/** When to look again: at the end of one that is in force, and with each minute where the document has any. */
export function lookAgainIn(
  inForce: readonly OpenedWindow[],
  documentHasSome: boolean,
  now: number,
): number | undefined {
  const ends = inForce.map(({ until }) => until - now);
  if (documentHasSome) ends.push(MINUTE_MS - (now % MINUTE_MS));
  return ends.length === 0 ? undefined : Math.max(0, Math.min(...ends));
}
