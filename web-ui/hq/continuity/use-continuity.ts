/** Continuity and drills, asked again while a page shows them: what they tell moves within seconds. */
import { continuityRoutes, type BranchContinuity } from '@branchline/contracts/http/continuity';
import { drillRoutes, type DrillSummary } from '@branchline/contracts/http/drills';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDoor } from '../../parts/door/context.ts';
import type { Shape } from '../../parts/show/mark.tsx';

const AGAIN_MS = 2_000;

export function useContinuity() {
  const { ask } = useDoor();
  return useQuery({
    queryKey: ['continuity'],
    queryFn: ({ signal }) => ask(continuityRoutes.continuity, { signal }),
    refetchInterval: AGAIN_MS,
  });
}

export function useBranchContinuity(box: string) {
  const { ask } = useDoor();
  return useQuery({
    queryKey: ['continuity', box],
    queryFn: ({ signal }) => ask(continuityRoutes.branchContinuity, { path: { box }, signal }),
    refetchInterval: AGAIN_MS,
  });
}

export function useDrills(box?: string) {
  const { ask } = useDoor();
  return useQuery({
    queryKey: ['drills', box ?? ''],
    queryFn: ({ signal }) => ask(drillRoutes.drills, { query: { box }, signal }),
    refetchInterval: AGAIN_MS,
  });
}

export function useDrill(id: string) {
  const { ask } = useDoor();
  return useQuery({
    queryKey: ['drill', id],
    queryFn: ({ signal }) => ask(drillRoutes.drill, { path: { drill: id }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : AGAIN_MS),
  });
}

const ENDED: readonly DrillSummary['state'][] = ['passed', 'failed', 'stopped'];
export const isOpen = ({ state }: Pick<DrillSummary, 'state'>): boolean => !ENDED.includes(state);

export const STATE_SHAPES: Readonly<Record<BranchContinuity['state'], Shape>> = {
  serving: 'good',
  suspect: 'warn',
  'standing-in': 'busy',
  returning: 'busy',
};

export function drillShape(state: DrillSummary['state']): Shape {
  if (state === 'passed') return 'good';
  if (state === 'failed') return 'bad';
  if (state === 'stopped') return 'rest';
  return state === 'waiting' ? 'rest' : 'busy';
}

/** Seconds between two moments; null where one of them has not been. */
export const seconds = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : (Date.parse(to) - Date.parse(from)) / 1_000;
