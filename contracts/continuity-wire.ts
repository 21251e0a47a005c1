/**
 * What headquarters and the two that may answer for a branch say to each other of the lease. Both speak the same leaves, each under its
 * own name; which of the two a box is, headquarters tells it. One that was never told of a lease does everything by itself.
 */
import * as z from 'zod';
import { lease, party } from './continuity.ts';

const v = z.literal(1);
const nonce = z.string().regex(/^[0-9a-f]{16}$/);

/** Retained: the newest number counts, whatever comes late or again. */
export const leaseTold = z.looseObject({
  v,
  lease,
  /** Which of the two the one is that is told. */
  as: party,
  /** Is to make itself ready to take the branch's calls, and to say so. */
  prepare: z.boolean(),
  /** Its carrier tries the other next: while it may not answer, and hears headquarters, it passes on the calls of the network. */
  hunts: z.boolean().optional(),
});

/** The right to act is asked for anew; the answer counts from when this was sent, by the clock of who sent it. */
export const leaseAsk = z.looseObject({ v, nonce });
export const leaseRenewed = z.looseObject({ v, nonce, lease });

export const leaseSays = z.looseObject({
  v,
  /** The newest number that it has on its disk; 0 before the first. */
  knows: z.int().min(0),
  /** It could take a call now. */
  ready: z.boolean(),
});

export type LeaseTold = z.infer<typeof leaseTold>;
export type LeaseAsk = z.infer<typeof leaseAsk>;
export type LeaseRenewed = z.infer<typeof leaseRenewed>;
export type LeaseSays = z.infer<typeof leaseSays>;
