/** The box's API of its own claim. */
import * as z from 'zod';
import { route } from './route.ts';

export const claimStatus = z.object({
  /** To be typed at headquarters. */
  code: z.string(),
  serial: z.string(),
  /** The page of headquarters that is asked. */
  headquarters: z.string(),
  /** Whether headquarters has heard of this box. */
  heard: z.boolean(),
  /** Else why not. */
  why: z.string().nullable(),
});
export type ClaimStatus = z.infer<typeof claimStatus>;

export const claimRoutes = {
  claim: route({
    method: 'get',
    path: '/api/claim',
    access: 'session',
    says: 'the code by which headquarters claims this box; null when nobody need',
    response: claimStatus.nullable(),
  }),
} as const;
