/** Times in which alarms of some things are expected, in the branch document: they are kept, and told to nobody. */
import * as z from 'zod';
import { text } from './fields.ts';
import { dateRange, dayRange, minuteRange, type MinuteRange } from './values.ts';

export const MAINTAINED_KINDS = ['gateway', 'trunk', 'phone', 'ups', 'disk'] as const;
export const MAINTAINED_WHOLE = [
  'everything',
  'mains',
  'engine',
  'uplink',
  'recordings',
  'mail',
  'contacts',
] as const;

export const MAINTAINED = `'everything', 'mains', 'engine', 'uplink', 'recordings', 'mail', 'contacts', or one thing such as 'gateway e1', 'trunk pstn', 'phone desk-1', 'disk /data', 'ups ups-1'`;

/** As the tree of alarms names things; undefined for anything else. */
export function maintained(written: string): string | undefined {
  const [kind = '', name, ...more] = written.trim().split(/\s+/);
  if (more.length > 0) return undefined;
  if (name === undefined) return (MAINTAINED_WHOLE as readonly string[]).includes(kind) ? kind : undefined;
  const known = (MAINTAINED_KINDS as readonly string[]).includes(kind);
  return known && /^[\w./-]{1,100}$/.test(name) ? `${kind} ${name}` : undefined;
}

export const maintainedThings = z.array(text(maintained, MAINTAINED)).min(1).max(50);

export const maintenanceWindow = z.strictObject({
  what: maintainedThings.describe('what is worked on; alarms of what depends on it are quiet too'),
  hours: text(minuteRange, "hours such as '02:00-04:00'").describe('in the time zone of the branch'),
  days: text(dayRange, "a day or days such as 'sun' or 'mon-fri'").default('mon-sun'),
  dates: text(dateRange, "a date such as '2027-01-01' or '2027-02-05..2027-02-12'")
    .optional()
    .describe('only then; at any date when left out'),
});

export interface MaintenanceWindow {
  readonly name: string;
  readonly what: readonly string[];
  readonly hours: MinuteRange;
  /** From Monday = 0. */
  readonly days: readonly number[];
  /** Inclusive ISO dates of the branch's zone. */
  readonly dates?: { readonly from: string; readonly to: string };
}

/** Only what the schema has let through. */
export function resolveWindow(
  name: string,
  { what, hours, days, dates }: z.output<typeof maintenanceWindow>,
): MaintenanceWindow {
  const between = dates === undefined ? undefined : dateRange(dates);
  return {
    name,
    what: what.map((each) => maintained(each) ?? each),
    hours: minuteRange(hours) ?? { from: 0, to: 0 },
    days: dayRange(days) ?? [],
    ...(between && { dates: between }),
  };
}
