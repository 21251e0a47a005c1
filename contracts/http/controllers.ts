/** The controllers of a fleet: which are there, and which one leads. */
import * as z from 'zod';
import { route } from './route.ts';

export const controllerShown = z.object({
  /** Its machine and its data directory. */
  name: z.string(),
  version: z.string(),
  /** The one that has answered this. */
  here: z.boolean(),
  /** It was heard of a moment ago. */
  there: z.boolean(),
  /** Since when it leads; null of one that does not. */
  leadsSince: z.iso.datetime().nullable(),
  startedAt: z.iso.datetime(),
  seenAt: z.iso.datetime(),
});
export type ControllerShown = z.infer<typeof controllerShown>;

export const controllersRoutes = {
  controllers: route({
    method: 'get',
    path: '/api/controllers',
    access: 'session',
    needs: 'look-all',
    says: 'the controllers of this fleet, those that were there in the last week too, and which one leads: one alone leads always',
    response: z.object({ controllers: z.array(controllerShown) }),
  }),
} as const;
