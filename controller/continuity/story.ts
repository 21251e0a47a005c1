/** What becomes of a lease, as a step of its branch's story; undefined for what is no news to a person. Pure. */
import type { Party } from '@branchline/contracts/continuity';
import type { ContinuityStepShown } from '@branchline/contracts/http/continuity';
import type { LeaseNote } from './lease.ts';

export function storyOfLease(
  what: LeaseNote | 'carrier-asked' | 'carrier-silent',
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
