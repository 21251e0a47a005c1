/** The rollouts, asked again while one goes on. */
import { rolloutRoutes, type RolloutSummary } from '@branchline/contracts/http/rollouts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDoor } from '../../parts/door/context.ts';
import type { Shape } from '../../parts/show/mark.tsx';

const AGAIN_MS = 2_000;
const OPEN: readonly RolloutSummary['status'][] = ['running', 'paused', 'going-back'];
export const isOpen = ({ status }: Pick<RolloutSummary, 'status'>): boolean => OPEN.includes(status);

export const STATUS_SHAPES: Readonly<Record<RolloutSummary['status'], Shape>> = {
  running: 'busy',
  paused: 'rest',
  'going-back': 'warn',
  'gone-back': 'bad',
  done: 'good',
  finished: 'good',
};

export function useRollouts() {
  const { ask } = useDoor();
  return useQuery({
    queryKey: ['rollouts'],
    queryFn: ({ signal }) => ask(rolloutRoutes.rollouts, { signal }),
    refetchInterval: ({ state }) => (state.data?.rollouts.some(isOpen) ? AGAIN_MS : false),
  });
}

export function useRollout(id: string) {
  const { ask } = useDoor();
  return useQuery({
    queryKey: ['rollout', id],
    queryFn: ({ signal }) => ask(rolloutRoutes.rollout, { path: { rollout: id }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? AGAIN_MS : false),
  });
}
