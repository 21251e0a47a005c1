/** A time of the wall clock in a zone as a moment. Pure. */
import { wall } from '../time.ts';

/** ISO 8601 of '2026-11-22T09:12' in the zone; undefined when it is no such text. An hour that a zone skips gives the one after. */
export function zonedIso(local: string, zone: string): string | undefined {
  const guess = Date.parse(`${local}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) || Number.isNaN(guess)) return undefined;
  // Twice, as the first guess may lie on the other side of a change of the clock.
  const once = guess - offset(guess, zone);
  return new Date(guess - offset(once, zone)).toISOString();
}

/** How far the zone's clock is ahead of UTC at a moment, in ms. */
function offset(ms: number, zone: string): number {
  const { date, time } = wall(ms, zone);
  return Date.parse(`${date}T${time}Z`) - Math.floor(ms / 1000) * 1000;
}
