/** A branch's document at headquarters: asked for again whenever its standing moves, and what may be done with it. */
import { documentRoutes } from '@branchline/contracts/http/fleet-documents';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDoor } from '../../parts/door/context.ts';
import { useFleet } from '../live.ts';

/** Why a change is asked for: it stays in the history, beside who has signed in. */
export interface Who {
  readonly reason: string;
  readonly confirmWithinS: number;
}

export function useDocuments(box: string) {
  const { ask } = useDoor();
  const queries = useQueryClient();
  const moves = useFleet((state) => {
    const { documents, revision } = state?.boxes[box] ?? {};
    return documents ? `${documents.version ?? 0} ${documents.standing} ${revision ?? ''}` : '';
  });
  const asked = useQuery({
    queryKey: ['documents', box, moves],
    queryFn: ({ signal }) => ask(documentRoutes.documents, { path: { box }, signal }),
    placeholderData: keepPreviousData,
  });
  const newest = asked.data?.version ?? 0;
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['documents', box] });
  return { asked, newest, again };
}

export function useVersion(box: string, version: number | null) {
  const { ask } = useDoor();
  return useQuery({
    queryKey: ['document-version', box, version],
    queryFn: ({ signal }) =>
      ask(documentRoutes.documentVersion, { path: { box, version: String(version) }, signal }),
    enabled: version !== null,
    // A version never changes.
    staleTime: Infinity,
  });
}
