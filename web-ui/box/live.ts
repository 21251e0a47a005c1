/** The box's live state, for its pages. */
import { liveCollections, liveState, type LiveCall, type LiveState } from '@branchline/contracts/live';
import { createContext, use } from 'react';
import { createLiveStore, type LiveStore } from '../live/live-store.ts';
import { changeReader } from '../live/read-change.ts';
import { usePicked } from '../parts/door/context.ts';
import type { CellPhase } from '../parts/show/strip.tsx';

export function openBoxLive(onSignedOut: () => void): LiveStore<LiveState> {
  return createLiveStore<LiveState>({
    fetch: (...args) => fetch(...args),
    url: '/api/live',
    readSnapshot: (json) => liveState.safeParse(json).data,
    readChange: changeReader(liveCollections),
    onSignedOut,
    now: Date.now,
    schedule: (draw) => requestAnimationFrame(draw),
    random: Math.random,
  });
}

export const BoxLiveContext = createContext<LiveStore<LiveState> | null>(null);

/** What `pick` takes out of the box's live state; it must give the same object while nothing of it changes. */
export function useBox<T>(pick: (state: LiveState | null) => T): T {
  const store = use(BoxLiveContext);
  if (!store) throw new Error('used outside of the box’s door');
  return usePicked(store, pick);
}

export const useBoxState = (): LiveState | null => useBox((state) => state);

const PHASES: Record<LiveCall['phase'], CellPhase> = {
  flow: 'waiting',
  queue: 'waiting',
  ringing: 'ringing',
  talking: 'talking',
  held: 'held',
};

/** The calls of a line as the cells of its strip. */
export function cellsOf(
  ids: readonly string[],
  calls: Readonly<Record<string, LiveCall>>,
): Record<string, CellPhase> {
  return Object.fromEntries(ids.map((id) => [id, PHASES[calls[id]?.phase ?? 'talking']]));
}
