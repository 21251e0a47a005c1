/** How much room the disk of a branch's box keeps, and when people are warned: as a person writes it, and as the services use it. */
import * as z from 'zod';
import { durationBetween } from './fields.ts';
import { durationMs } from './values.ts';

const megabytes = z.int().min(64).max(10_000_000);
const MESSAGES_MB = 200;

export const disk = z
  .strictObject({
    recordings: megabytes
      .default(1_000)
      .describe('MB: with less than this free no new recording begins; a tenth of the disk at most'),
    messages: z
      .int()
      .min(24)
      .max(10_000_000)
      .optional()
      .describe(
        `MB: with less than this free no message is taken; ${MESSAGES_MB} when left out, and a fiftieth of the disk at most`,
      ),
    leftovers: megabytes
      .default(2_000)
      .describe(
        'MB: with less than this free what was left half made is let go; a fifth of the disk at most',
      ),
    warn: durationBetween('1d', '365d')
      .default('14d')
      .describe('an alarm is raised when the disk is forecast to be full within so long'),
  })
  .superRefine(({ recordings, messages, leftovers }, context) => {
    const say = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (leftovers < recordings)
      say('leftovers', `a number not less than 'recordings' (${recordings}): leftovers go first`);
    if (messages !== undefined && messages > recordings)
      say('messages', `a number not above 'recordings' (${recordings}): recordings stop before messages`);
  });

export interface DiskRules {
  /** MB free below which no new recording begins. */
  readonly recordingsMb: number;
  /** MB free below which no message is taken. */
  readonly messagesMb: number;
  /** MB free below which leftovers are let go. */
  readonly leftoversMb: number;
  /** How long before it is full a disk is warned of, ms. */
  readonly warnMs: number;
}

/** Only what the schema has let through. */
export function resolveDisk({ recordings, messages, leftovers, warn }: z.output<typeof disk>): DiskRules {
  const messagesMb = messages ?? Math.min(MESSAGES_MB, recordings);
  const floors = { recordingsMb: recordings, messagesMb, leftoversMb: leftovers };
  return { ...floors, warnMs: durationMs(warn) ?? 0 };
}
