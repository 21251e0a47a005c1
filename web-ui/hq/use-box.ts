/** One branch with its document, and what the document tells of people and zone. */
import { controllerRoutes } from '@branchline/contracts/http/controller';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useDoor } from '../parts/door/context.ts';
import { peopleOfDocument } from '../parts/people.ts';
import { useFleet } from './live.ts';
import { zoneOfDocument } from './zone.ts';

export function useBoxDetail(box: string) {
  const { ask } = useDoor();
  const revision = useFleet((state) => state?.boxes[box]?.revision);
  const asked = useQuery({
    queryKey: ['box', box, revision],
    queryFn: ({ signal }) => ask(controllerRoutes.box, { path: { box }, signal }),
    placeholderData: keepPreviousData,
  });
  const document = asked.data?.document;
  const people = useMemo(() => peopleOfDocument(document), [document]);
  return { asked, people, zone: zoneOfDocument(document) };
}
