/**
 * A carrier that tries a list of targets by answer and time, call by call: the lines of the box, then that of its stand-in. It is asked
 * for nothing, so there is nothing that it could confirm late: a call reaches the stand-in once the box has not taken it.
 */
import type { Carrier } from './carrier.ts';

/** @param promiseS how long it tries a target that is silent before it goes on to the next, s */
export const huntingCarrier = (promiseS: number): Carrier => ({
  promiseS,
  settlesMs: 0,
  route: () => Promise.resolve('confirmed'),
});
