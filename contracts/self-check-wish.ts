/** `branchline self-check` and the running service: a wish as a file in the data directory, and the answer as one beside it. */
import * as z from 'zod';
import { selfCheckStanding } from './http/self-check.ts';
import { SELF_CHECK_KINDS } from './self-check.ts';

export const WISH_FILE = 'self-check-wish';
export const ANSWER_FILE = 'self-check-answer';

export const wish = z.object({
  id: z.string().min(1).max(100),
  /** The document's own when left out. */
  checks: z.array(z.enum(SELF_CHECK_KINDS)).min(1).optional(),
});

/** Written anew as long as the run goes on, at least every five seconds. */
export const answer = z.object({
  id: z.string(),
  at: z.number(),
  refused: z.enum(['running', 'nothing']).optional(),
  /** Of `standing`; undefined when it was refused. */
  run: z.string().optional(),
  standing: selfCheckStanding,
});
export type WishAnswer = z.infer<typeof answer>;
