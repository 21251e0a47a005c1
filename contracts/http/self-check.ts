/** The box's check of itself in the API of its page. */
import * as z from 'zod';
import { SELF_CHECK_KINDS, selfCheckLine, selfCheckRun } from '../self-check.ts';
import { route } from './route.ts';

export const selfCheckStanding = z.object({
  /** The run that goes on; null when none does. */
  running: selfCheckRun
    .extend({
      /** What is being checked; null while it waits for callers to be gone. */
      now: selfCheckLine.pick({ check: true, subject: true }).nullable(),
      left: z.int().min(0),
    })
    .nullable(),
  /** The last that has ended; null before the first. */
  last: selfCheckRun.nullable(),
  /** When the next begins by itself; null when the document names no check. */
  next: z.iso.datetime().nullable(),
});
export type SelfCheckStanding = z.infer<typeof selfCheckStanding>;

export const selfCheckRoutes = {
  selfCheck: route({
    method: 'get',
    path: '/api/self-check',
    access: 'session',
    says: 'how the last check of the box by itself went, line by line, what is being checked now, and when the next begins',
    response: selfCheckStanding,
  }),
  runSelfCheck: route({
    method: 'post',
    path: '/api/self-check',
    access: 'session',
    says: 'check the box now: no telephone rings, and a caller who comes in the meantime goes first. The answer comes at once; GET /api/self-check tells how it goes',
    body: z.strictObject({
      /** All that the document names when left out. */
      checks: z.array(z.enum(SELF_CHECK_KINDS)).min(1).optional(),
    }),
    response: selfCheckStanding,
  }),
} as const;
