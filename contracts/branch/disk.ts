/** How much room the disk of a branch's box keeps, and when people are warned: as a person writes it, and as the services use it. */
import * as z from 'zod';
import { duration } from './fields.ts';
import { durationMs } from './values.ts';

const DAY_MS = 86_400_000;
const megabytes = z.int().min(64).max(10_000_000);

export const disk = z
  .strictObject({
    recordings: megabytes
      .default(1_000)
      .describe('MB: with less than this free no new recording begins; a tenth of the disk at most'),
    leftovers: megabytes
      .default(2_000)
      .describe(
        'MB: with less than this free what was left half made is let go; a fifth of the disk at most',
      ),
    warn: duration
      .refine((value) => (durationMs(value) ?? 0) >= DAY_MS && (durationMs(value) ?? 0) <= 365 * DAY_MS, {
        error: 'a duration between 1d and 365d',
      })
      .default('14d')
      .describe('an alarm is raised when the disk is forecast to be full within so long'),
  })
  .superRefine(({ recordings, leftovers }, context) => {
    if (leftovers >= recordings) return;
    const message = `a number not less than 'recordings' (${recordings}): leftovers go first`;
    context.addIssue({ code: 'custom', path: ['leftovers'], message });
  });

export interface DiskRules {
  /** MB free below which no new recording begins. */
  readonly recordingsMb: number;
  /** MB free below which leftovers are let go. */
  readonly leftoversMb: number;
  /** How long before it is full a disk is warned of, ms. */
  readonly warnMs: number;
}

/** Only what the schema has let through. */
export function resolveDisk({ recordings, leftovers, warn }: z.output<typeof disk>): DiskRules {
  return { recordingsMb: recordings, leftoversMb: leftovers, warnMs: durationMs(warn) ?? 0 };
}
