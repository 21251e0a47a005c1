/** What the ledger says of a customer who is called back. The caller's own call asks for it; each try is a call of its own. */
import * as z from 'zod';
import { candidate, offerWhy } from './offer-why.ts';

const id = z.string().min(1).max(80);
const callback = { callback: id, queue: z.string() };

export const callbackBodies = {
  'callback.asked': z.object({
    ...callback,
    number: z.string(),
    /** By a digit in the queue, in a flow, by a rule of the queue, or by hanging up in it; or it was asked for elsewhere, and came from there. */
    by: z.enum(['digit', 'flow', 'overflow', 'missed', 'handed-over']),
    /** Since when the customer has waited: his place comes from it. */
    since: z.iso.datetime(),
    /** He is to be called back already, and keeps the place he has. */
    again: z.boolean(),
  }),
  /** The caller asked, and no line of the branch can call his number. */
  'callback.refused': z.object({ queue: z.string(), because: z.enum(['no-number', 'no-line', 'no-queue']) }),
  /** An agent is kept free for it, and rings once the customer has answered; why he, as of any offer of a queue. */
  'callback.agent-kept': z.object({
    ...callback,
    agent: id,
    attempt: z.int(),
    candidates: z.array(candidate),
    why: offerWhy,
  }),
  /** The customer was called and not reached. */
  'callback.tried': z.object({
    ...callback,
    attempt: z.int(),
    because: z.enum(['busy', 'no-answer', 'failed']),
    /** Absent when it was the last try. */
    nextAt: z.iso.datetime().optional(),
  }),
  'callback.ended': z.object({
    ...callback,
    outcome: z.enum([
      'reached',
      'called-again',
      'given-up',
      'too-late',
      'queue-gone',
      'cancelled',
      'done-elsewhere',
    ]),
    attempts: z.int(),
    /** From his first waiting to the end. */
    waitedMs: z.number().min(0),
  }),
} as const;
