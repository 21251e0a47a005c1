/** What both doors share: errors, sign-in, lists of calls. */
import * as z from 'zod';
import { callSummary } from '../call-story.ts';
import { ledgerEvent } from '../ledger.ts';
import { person } from './people.ts';

/** Every refusal: a code to decide by, a sentence to show, and where it applies the field, its value and the remedy. */
export const problem = z.object({
  code: z.string(),
  message: z.string(),
  field: z.string().optional(),
  value: z.unknown().optional(),
  remedy: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;

export const signInRequest = z.strictObject({
  /** At headquarters; the first owner when left out. A box knows nobody by name. */
  name: z.string().trim().toLowerCase().max(60).optional(),
  password: z.string().min(1).max(200),
});
export const session = z.object({
  signedIn: z.boolean(),
  door: z.enum(['box', 'hq']),
  name: z.string(),
  /** At headquarters, who has signed in. */
  person: person.pick({ name: true, role: true, branches: true }).nullable().optional(),
});

export const callQuery = z.object({
  /** Calls that started before this moment; the newest when left out. */
  before: z.iso.datetime().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  outcome: callSummary.shape.outcome.optional(),
  direction: callSummary.shape.direction.optional(),
  /** Part of a number, an extension or an agent's id. */
  about: z.string().max(40).optional(),
});

/** Of a sentence in an answer; the branch's own when left out. */
export const whyQuery = z.object({ language: z.enum(['zh', 'en']).optional() });

export const callPage = z.object({ calls: z.array(callSummary), more: z.boolean() });
export const callDetail = z.object({ call: callSummary, events: z.array(ledgerEvent) });
