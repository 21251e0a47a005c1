/** What the box knows of its clock: in the health report, in the ledger. */
import * as z from 'zod';

const time = z.iso.datetime();

/** Against time servers. `unknown`: none has told, or none for a long time. */
export const CLOCK_STATES = ['unknown', 'right', 'off'] as const;
export type ClockCondition = (typeof CLOCK_STATES)[number];

export const clockHealth = z.looseObject({
  state: z.enum(CLOCK_STATES),
  since: time,
  /** By which the box's clock is ahead, ms; negative behind. Of the last answer; null before the first. */
  aheadMs: z.number().nullable(),
  /** It may be more or less by this: half of what the question took there and back, ms. */
  withinMs: z.number().min(0).nullable(),
  /** The server that said so, and when, by this clock. */
  by: z.string().nullable(),
  at: time.nullable(),
  /** Why nothing is known; of the last round. */
  because: z.enum(['no-servers', 'no-answer']).optional(),
});
export type ClockHealth = z.infer<typeof clockHealth>;

export const clockBodies = {
  /** The clock was found right or off, or nobody tells any more. */
  'clock.changed': z.object({
    from: z.enum(CLOCK_STATES),
    state: z.enum(CLOCK_STATES),
    aheadMs: z.number().optional(),
    by: z.string().optional(),
  }),
} as const;
