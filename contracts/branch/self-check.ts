/** The daily check that a box makes of itself: as a person writes it, and as the services use it. */
import * as z from 'zod';
import { SELF_CHECK_KINDS, type SelfCheckKind } from '../self-check.ts';
import { durationBetween, text } from './fields.ts';
import { durationMs, minuteOfDay } from './values.ts';

export const selfCheck = z.strictObject({
  at: text(minuteOfDay, "a time of day such as '03:30'")
    .default('03:30')
    .describe('in the time zone of the branch'),
  'put-off': durationBetween('5m', '6h')
    .default('2h')
    .describe('how long it waits for callers to be gone; what is left undone then is told as undone'),
  calls: z
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe('it goes on beside so many calls in progress, and makes way for one more'),
  checks: z
    .array(z.enum(SELF_CHECK_KINDS))
    .default([...SELF_CHECK_KINDS])
    .describe('what is checked; nothing with an empty list'),
  backups: z.int().min(1).max(30).default(2).describe('copies of the ledger that are kept, one a day'),
});

export interface SelfCheckRules {
  /** Minutes since midnight. */
  readonly at: number;
  readonly putOffMs: number;
  /** Calls in progress beside which it goes on. */
  readonly calls: number;
  /** In the order in which they are made. */
  readonly checks: readonly SelfCheckKind[];
  readonly backups: number;
}

/** Only what the schema has let through. */
export function resolveSelfCheck(written: z.output<typeof selfCheck>): SelfCheckRules {
  return {
    at: minuteOfDay(written.at) ?? 0,
    putOffMs: durationMs(written['put-off']) ?? 0,
    calls: written.calls,
    checks: SELF_CHECK_KINDS.filter((kind) => written.checks.includes(kind)),
    backups: written.backups,
  };
}
