/** How customers of a queue are called back: as a person writes it, and as the services work with it. */
import * as z from 'zod';
import { duration, name } from '../fields.ts';
import { durationMs } from '../values.ts';

/** Who is rung first: the agent who then hears the customer's telephone ring, or the customer who is then joined to the agent. */
export const CALLBACK_FIRST = ['agent', 'customer'] as const;

export const callback = z.strictObject({
  first: z.enum(CALLBACK_FIRST).default('agent').describe('who is rung first, once an agent is free for it'),
  tries: z.int().min(1).max(20).default(3).describe('calls to the customer before it is given up'),
  'again-after': duration.default('10m').describe('between two of them'),
  ring: duration.default('30s').describe("how long the customer's telephone rings"),
  keep: duration.default('1d').describe('a callback that could not be made for so long is given up'),
  hours: name
    .optional()
    .describe("customers are called within these only; as the queue's own, or always, when left out"),
  missed: duration
    .optional()
    .describe('who hangs up after having waited so long is called back too; nobody when left out'),
});

export interface CallbackPolicy {
  readonly first: (typeof CALLBACK_FIRST)[number];
  /** Tries at the customer's number before it is given up. */
  readonly tries: number;
  /** Between two tries, ms. */
  readonly againAfterMs: number;
  /** How long the customer's number rings, ms. */
  readonly ringMs: number;
  /** A callback that could not be made by then is given up, ms after it was asked for. */
  readonly keepMs: number;
  /** Entry of `hours` within which customers are called; at any time when left out. */
  readonly hours?: string;
  /** Who hung up after so long in the queue is called back, ms; nobody when left out. */
  readonly missedMs?: number;
}

export function callbackPolicy(
  { first, tries, ring, keep, missed, hours, 'again-after': againAfter }: z.output<typeof callback>,
  queueHours: string | undefined,
): CallbackPolicy {
  const within = hours ?? queueHours;
  return {
    first,
    tries,
    againAfterMs: ms(againAfter),
    ringMs: ms(ring),
    keepMs: ms(keep),
    ...(within === undefined ? {} : { hours: within }),
    ...(missed === undefined ? {} : { missedMs: ms(missed) }),
  };
}

/** The schema has let no other text through. */
const ms = (text: string): number => durationMs(text) ?? 0;
