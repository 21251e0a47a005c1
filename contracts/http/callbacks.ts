/** Customers who wait to be called back, in the API of the box's page. */
import * as z from 'zod';
import { route } from './route.ts';

export const waitingCallback = z.object({
  callback: z.string(),
  number: z.string(),
  queue: z.string(),
  since: z.iso.datetime(),
  /** Calls to the customer so far. */
  attempts: z.int(),
  /** 'closed': outside of the hours in which customers are called, or the document has no callback for its queue now. */
  state: z.enum(['waiting', 'calling', 'paused', 'closed']),
  /** When he is called again, of one that is paused. */
  nextAt: z.iso.datetime().nullable(),
});
export type WaitingCallback = z.infer<typeof waitingCallback>;

export const callbackRoutes = {
  callbacks: route({
    method: 'get',
    path: '/api/callbacks',
    access: 'session',
    says: 'the customers who wait to be called back, who has waited longest first',
    response: z.object({ callbacks: z.array(waitingCallback) }),
  }),
  cancelCallback: route({
    method: 'delete',
    path: '/api/callbacks/{callback}',
    access: 'session',
    says: 'do not call a customer back',
    response: z.object({ callback: z.string() }),
  }),
} as const;
