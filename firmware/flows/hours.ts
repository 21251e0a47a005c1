/** Whether a branch is open at a moment, by its own zone's clock and calendar. */
import type { Hours } from '@branchline/contracts/branch/model';
import { WEEKDAYS } from '@branchline/contracts/branch/values';

interface LocalTime {
  /** ISO date in the zone. */
  readonly date: string;
  /** From Monday = 0. */
  readonly weekday: number;
  /** Minutes since midnight. */
  readonly minute: number;
}

export function isOpen(hours: Hours, timezone: string, now: number): boolean {
  return openingState(hours, timezone, now) === 'open';
}

/** A holiday is closed the whole day, whatever the weekday says. */
export function openingState(hours: Hours, timezone: string, now: number): 'open' | 'closed' | 'holiday' {
  const local = localTime(timezone, now);
  if (hours.holidays.some(({ from, to }) => local.date >= from && local.date <= to)) return 'holiday';
  const open = hours.open.some(
    ({ days, from, to }) => days.includes(local.weekday) && local.minute >= from && local.minute < to,
  );
  return open ? 'open' : 'closed';
}

export function localTime(timezone: string, now: number): LocalTime {
  const parts = Object.fromEntries(
    formatter(timezone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${parts.year ?? ''}-${parts.month ?? ''}-${parts.day ?? ''}`,
    weekday: WEEKDAYS.indexOf((parts.weekday ?? '').toLowerCase().slice(0, 3) as (typeof WEEKDAYS)[number]),
    minute: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}
