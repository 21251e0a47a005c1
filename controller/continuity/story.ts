/** What becomes of a lease, as a step of its branch's story; undefined for what is no news to a person. Pure. */
import type { Party } from '@branchline/contracts/continuity';
import type { ContinuityStepShown } from '@branchline/contracts/http/continuity';
import type { LeaseNote } from './lease.ts';
import type { CarrierNote } from './runner.ts';

/** What was told of the carrier last. */
export interface CarrierTold {
  readonly what: LeaseNote | CarrierNote;
  readonly to: Party;
}

const IN_VAIN = new Set<string>(['carrier-refused', 'carrier-silent', 'carrier-otherwise']);
const OF_CARRIER = new Set<string>([...IN_VAIN, 'carrier-asked', 'routed', 'move-begun']);

/** To be remembered as told last: with a move all begins anew. */
export const isOfCarrier = ({ what }: CarrierTold): boolean => OF_CARRIER.has(what);

/** A carrier that is asked the same again, and says the same again, would push all else out of the story. */
export function isNews({ what, to }: CarrierTold, last: CarrierTold | undefined): boolean {
  if (last?.to !== to || !IN_VAIN.has(last.what)) return true;
  return what !== 'carrier-asked' && what !== last.what;
}

export function storyOfLease(
  what: LeaseNote | CarrierNote,
  to: Party,
): ContinuityStepShown['what'] | undefined {
  switch (what) {
    case 'move-begun':
      return undefined;
    case 'routed':
      return 'carrier-confirmed';
    case 'answers':
      return to === 'box' ? 'home' : 'stands-in';
    default:
      return what;
  }
}
