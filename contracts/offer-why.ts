/** Why an agent was offered an interaction, as the ledger keeps it with the offer: small whatever the number of agents. */
import * as z from 'zod';
import { QUEUE_ORDERS } from './branch/queues/words.ts';

const id = z.string().min(1).max(80);
const ms = z.number().min(0);
const points = z.number();

/**
 * What was found of one agent. Free and able: chosen; lower (by the queue's order), less-skilled, further-level, just-missed (did not take this
 * one before), not-last-agent. Not able: lacks-skill, below-preference (insisted on for now), level-closed (its time has not come). Not free: the rest.
 */
export const VERDICTS = [
  'chosen',
  'lower',
  'less-skilled',
  'further-level',
  'just-missed',
  'not-last-agent',
  'below-preference',
  'level-closed',
  'lacks-skill',
  'ringing',
  'busy',
  'wrap-up',
  'held-back',
  'not-ready',
  'unreachable',
  'signed-out',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const candidate = z.object({
  agent: id,
  verdict: z.enum(VERDICTS),
  /** What the order compared, smaller first: for longest-idle the time he became idle (ms since 1970), for fewest-calls a count, for least-occupied thousandths, else a place. */
  score: z.number().optional(),
  /** His level in the queue, where it is not 1. */
  level: z.int().optional(),
  /** Levels by which he falls short of what is preferred, where he does. */
  short: z.int().optional(),
});
export type Candidate = z.infer<typeof candidate>;

export const offerWhy = z.object({
  order: z.enum(QUEUE_ORDERS),
  /** Agents of the queue who are not among the candidates, counted by verdict. */
  rest: z.partialRecord(z.enum(VERDICTS), z.int()).optional(),
  /** Preferences that were insisted on at first and are no more: from which level to which, 0 being none. */
  relaxed: z.array(z.object({ skill: id, from: z.int(), to: z.int(), afterMs: ms })).optional(),
  lastAgent: z
    .object({ agent: id, state: z.enum(['chosen', 'not-there', 'not-in-time', 'missed']) })
    .optional(),
  /** Who had it given to this agent: then neither order nor turn had a say. */
  given: z.string().optional(),
  /** Why this interaction had its turn. */
  turn: z.object({
    priority: points,
    /** Points gained by waiting. */
    aged: points,
    waitedMs: ms,
    /** The tag that gave the priority. */
    tag: z.string().optional(),
    /** Interactions of its queue that no agent has on offer, itself included. */
    waiting: z.int(),
    /** Of these, such as stood before it and could be served by nobody who was free. */
    passed: z.int().optional(),
    /** Who would have been next, and the points that counted. */
    next: z.object({ interaction: id, queue: z.string(), points }).optional(),
  }),
});
export type OfferWhy = z.infer<typeof offerWhy>;
