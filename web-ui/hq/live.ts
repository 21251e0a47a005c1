/** The fleet's live state, for headquarters' pages. */
import { boxSummary, fleetCall, fleetState, type FleetState } from '@branchline/contracts/http/controller';
import { createContext, use } from 'react';
import { createLiveStore, type LiveStore } from '../live/live-store.ts';
import { changeReader } from '../live/read-change.ts';
import { usePicked } from '../parts/door/context.ts';

export function openFleetLive(onSignedOut: () => void): LiveStore<FleetState> {
  return createLiveStore<FleetState>({
    fetch: (...args) => fetch(...args),
    url: '/api/live',
    readSnapshot: (json) => fleetState.safeParse(json).data,
    readChange: changeReader({ boxes: boxSummary, calls: fleetCall }),
    onSignedOut,
    now: Date.now,
    schedule: (draw) => requestAnimationFrame(draw),
    random: Math.random,
  });
}

export const FleetLiveContext = createContext<LiveStore<FleetState> | null>(null);

/** What `pick` takes out of the fleet's live state; it must give the same object while nothing of it changes. */
export function useFleet<T>(pick: (state: FleetState | null) => T): T {
  const store = use(FleetLiveContext);
  if (!store) throw new Error('used outside of headquarters’ door');
  return usePicked(store, pick);
}
