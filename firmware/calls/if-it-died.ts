/** What would become of the calls of this moment if the box died. Pure. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { BoxContinuity } from '@branchline/contracts/http/box-continuity';
import type { SwitchboardState } from './state.ts';

export function ifItDied({ calls, callbacks }: SwitchboardState, branch: Branch): BoxContinuity['ifItDied'] {
  const waiting = Object.values(calls).filter(
    ({ stage, customer }) =>
      stage.at === 'queue' && customer !== undefined && (branch.queues[stage.queue]?.keepPlaceMs ?? 0) > 0,
  );
  return {
    calls: Object.keys(calls).length,
    places: waiting.length,
    callbacks: Object.keys(callbacks).length,
  };
}
