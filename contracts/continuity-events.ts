/** What a box, or a stand-in, writes into its ledger of who answers for the branch. */
import * as z from 'zod';
import { party } from './continuity.ts';

const count = z.int().min(0);

export const continuityBodies = {
  /** The newest lease that it knows. */
  'continuity.lease': z.object({ n: count, as: party, answers: z.boolean(), acts: z.boolean() }),
  /** From the other one: callers with a place, customers to be called back, agents whose state became another. */
  'continuity.handed-over': z.object({ from: party, places: count, callbacks: count, agents: count }),
} as const;
