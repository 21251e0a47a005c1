/** The branches of the fleet: neither their stand-ins, which are shown at them, nor the hosts in the cloud that run these. */
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { continuityRoutes } from '@branchline/contracts/http/continuity';
import { isStandIn } from '@branchline/contracts/stand-in-name';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useDoor } from '../parts/door/context.ts';
import { useFleet } from './live.ts';

const HOSTS_KNOWN_MS = 60_000;

/** Undefined until the fleet has been told. */
export function useBranches(): readonly BoxSummary[] | undefined {
  const { ask } = useDoor();
  const boxes = useFleet((state) => state?.boxes);
  const { data: hosts } = useQuery({
    queryKey: ['stand-in-hosts'],
    queryFn: async ({ signal }) =>
      (await ask(continuityRoutes.continuity, { signal })).hosts.map(({ host }) => host),
    staleTime: HOSTS_KNOWN_MS,
  });
  return useMemo(() => boxes && branchesOf(Object.values(boxes), hosts), [boxes, hosts]);
}

export function branchesOf(boxes: readonly BoxSummary[], hosts: readonly string[] = []): BoxSummary[] {
  const inCloud = new Set(hosts);
  return boxes.filter(({ box }) => !isStandIn(box) && !inCloud.has(box));
}
