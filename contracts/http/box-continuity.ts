/** Who answers for the branch, as its box knows it, and what would happen if the box died now: on its page. */
import * as z from 'zod';
import { party } from '../continuity.ts';
import { route } from './route.ts';

const count = z.int().min(0);

export const boxContinuity = z.object({
  /** The host of the stand-in that the document names; null where nobody would answer. */
  host: z.string().nullable(),
  /** The newest lease that was heard; null while headquarters has told of none. */
  lease: z.object({ n: z.int(), as: party, answers: z.boolean(), acts: z.boolean() }).nullable(),
  /** Calls that the network brings are passed on to the stand-in. */
  passes: z.boolean(),
  /** Headquarters is heard now, so that what follows is known there. */
  connected: z.boolean(),
  ifItDied: z.object({
    /** Would end with it. */
    calls: count,
    /** Of those who wait among them, so many would have their places when they call again. */
    places: count,
    callbacks: count,
  }),
});
export type BoxContinuity = z.infer<typeof boxContinuity>;

export const boxContinuityRoutes = {
  continuity: route({
    method: 'get',
    path: '/api/continuity',
    access: 'session',
    says: 'who answers for the branch, and what would happen if this box died now',
    response: boxContinuity,
  }),
} as const;
