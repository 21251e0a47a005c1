/** What the ledger says of calls to the outside and of lines: which way was chosen, what was refused, and why. */
import * as z from 'zod';

const id = z.string().min(1).max(80);
/** What a number outside is to who calls it. */
const callClass = z.enum(['emergency', 'local', 'national', 'mobile', 'international', 'premium']);

export const outgoingBodies = {
  /** The way out was chosen; each try of a line is a 'call.leg-offered' of its own. */
  'call.routed': z.object({
    class: callClass,
    /** E.164 where its plan is known. */
    number: z.string(),
    /** Which of the document's routes, from 1; absent for an emergency without one. */
    route: z.int().optional(),
    /** Lines in the order they are tried. */
    trunks: z.array(z.string()),
  }),
  /** Nobody outside was called. */
  'call.denied': z.object({
    class: callClass,
    number: z.string(),
    because: z.enum([
      'no-route',
      'not-allowed',
      'came-in',
      'off-hours',
      'stopped',
      'calls-at-once',
      'minutes',
      'cost',
      'power',
    ]),
    detail: z.string().optional(),
  }),
  /** A line was not tried: it has no free channel, by our own count. */
  'call.line-full': z.object({ trunk: z.string(), channels: z.int() }),
  /** It was ended to give its channel to an emergency call. */
  'call.preempted': z.object({ by: id, trunk: z.string() }),
  /** It came in by a line, and was refused so that its network tries another. */
  'call.turned-away': z.object({
    trunk: z.string(),
    because: z.enum(['line-limit', 'busied-out', 'power', 'passed-on']),
    cause: z.int(),
  }),
  /** The fraud brake has stopped an extension: it calls inside and in an emergency, and nobody else. */
  'brake.stopped': z.object({
    extension: z.string(),
    because: z.enum(['new-prefixes']),
    detail: z.string(),
  }),
  'brake.released': z.object({ extension: z.string(), by: z.string() }),
} as const;
