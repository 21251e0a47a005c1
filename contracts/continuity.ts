/** Who answers for a branch, and how the three that must agree on it say so to each other. */
import * as z from 'zod';

/** `box`: the branch's own. `stand-in`: the one in the cloud that serves from the branch's last confirmed document. */
export const PARTIES = ['box', 'stand-in'] as const;
export const party = z.enum(PARTIES);
export type Party = z.infer<typeof party>;

export const otherParty = (of: Party): Party => (of === 'box' ? 'stand-in' : 'box');

/**
 * Two rights, under one number that only grows. `answers`: takes the calls that the network brings. `acts`: does by itself what must
 * not be done twice (calls people back, takes over places in a queue). Null: nobody, for as long as the one before has not let go.
 */
export const lease = z.looseObject({
  n: z.int().min(1),
  answers: party.nullable(),
  acts: party.nullable(),
});
export type Lease = z.infer<typeof lease>;

/** How long the right to act lasts without headquarters, ms; counted from when it was asked for, by the clock of who asked. */
export const LEASE_TERM_MS = 5 * 60_000;
/** By how much one clock may run faster than another: 500 ppm is what the kernel itself corrects at most (adjtimex(2)). */
export const CLOCK_DRIFT = 0.001;
