/** When a branch has the fewest calls, by the hour of its week; and whether it is such an hour now. Pure. */
import type { RolloutHours } from '@branchline/contracts/fleet/rollouts';

export const HOURS_OF_WEEK = 168;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Minutes. */
const DAY = 1_440;

/** So many weeks of calls are looked at. */
export const TRAFFIC_WEEKS = 4;
/** With fewer calls than this nothing can be told of the week. */
const LEAST_CALLS = 40;
/** Nobody is disturbed then, as far as anybody can tell who knows nothing: 01:00 to 05:00 of any day. */
const NIGHT = { from: 1, to: 5 } as const;
/** An hour is quiet with at most this share of the calls of the busiest one. */
const QUIET_SHARE = 0.1;
/** A branch that is busy at all times has hours that are less so: at least so many a week. */
const LEAST_HOURS = 14;

/** '1' for each quiet hour of the week, from Monday 00:00; of calls by that hour. */
export function quietHoursOf(calls: readonly number[]): string {
  const all = calls.reduce((sum, count) => sum + count, 0);
  if (all < LEAST_CALLS) return mask((hour) => hour % 24 >= NIGHT.from && hour % 24 < NIGHT.to);
  const sorted = calls.toSorted((one, other) => one - other);
  const limit = Math.max((sorted.at(-1) ?? 0) * QUIET_SHARE, sorted[LEAST_HOURS - 1] ?? 0);
  return mask((hour) => (calls[hour] ?? 0) <= limit);
}

const mask = (quiet: (hour: number) => boolean): string =>
  Array.from({ length: HOURS_OF_WEEK }, (_, hour) => (quiet(hour) ? '1' : '0')).join('');

/** Calls by the hour of the branch's week, of calls by the hour since 1970. `hourOfWeek` as `minuteOfWeek` has it, known once for all branches of a zone. */
export function callsByHourOfWeek(
  calls: Iterable<{ readonly hour: number; readonly calls: number }>,
  hourOfWeek: (hour: number) => number,
): number[] {
  const sums = Array.from({ length: HOURS_OF_WEEK }, () => 0);
  for (const { hour, calls: count } of calls) {
    const at = hourOfWeek(hour);
    sums[at] = (sums[at] ?? 0) + count;
  }
  return sums;
}

/** A reader of hours since 1970 as hours of that zone's week. */
export function hoursOfWeek(timezone: string): (hour: number) => number {
  const known = new Map<number, number>();
  return (hour) => {
    const at = known.get(hour) ?? Math.floor(minuteOfWeek(hour * HOUR_MS, timezone) / 60);
    known.set(hour, at);
    return at;
  };
}

/** Whether a change that is tried for `forMs` may begin at this minute of the branch's week: it stays quiet for so long. */
export function isQuiet(hours: RolloutHours, quiet: string | null, minute: number, forMs: number): boolean {
  const minutes = Math.max(1, Math.ceil(forMs / MINUTE_MS));
  switch (hours.by) {
    case 'any':
      return true;
    case 'stated':
      return isWithin(minutesOf(hours.from), minutesOf(hours.to), minute % DAY, minutes);
    case 'computed':
      for (let at = minute; at < minute + minutes; at += 60) if (quiet?.[hourAt(at)] !== '1') return false;
      return quiet?.[hourAt(minute + minutes - 1)] === '1';
  }
}

const hourAt = (minute: number): number => Math.floor(minute / 60) % HOURS_OF_WEEK;

/** Times of the day; a range may go over midnight. From a time to the same time is the whole day. */
function isWithin(from: number, to: number, at: number, minutes: number): boolean {
  const length = (to - from + DAY) % DAY || DAY;
  const into = (at - from + DAY) % DAY;
  return length === DAY || into + minutes <= length;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

/** From Monday 00:00 in that zone (IANA); a zone that nobody knows is read as UTC. */
export function minuteOfWeek(at: number, timezone: string): number {
  const parts = formatOf(timezone).formatToParts(at);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return DAYS.indexOf(of('weekday')) * DAY + Number(of('hour')) * 60 + Number(of('minute'));
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  const format = makeFormat(timezone);
  formats.set(timezone, format);
  return format;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat {
  const form = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...form, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...form, timeZone: 'UTC' });
  }
}
