/** One call of one branch, as its events tell it here. */
import { controllerRoutes } from '@branchline/contracts/http/controller';
import { branchOf } from '@branchline/contracts/stand-in-name';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { CallView } from '../../parts/calls/call-view.tsx';
import { NoSuchCall } from '../../parts/calls/no-such-call.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { InZone } from '../../parts/door/in-zone.tsx';
import { PeopleContext } from '../../parts/people-context.ts';
import { Empty } from '../../parts/show/panel.tsx';
import { useFleet } from '../live.ts';
import { useBoxDetail } from '../use-box.ts';

export default function CallPage() {
  const { box = '', call: id = '' } = useParams();
  const { ask } = useDoor();
  const { t, text } = useWords();
  const { asked: detail, people, zone } = useBoxDetail(box);
  const lastSeq = useFleet((state) => state?.calls[`${box}/${id}`]?.lastSeq);
  const asked = useQuery({
    queryKey: ['call', box, id, lastSeq ?? 'over'],
    queryFn: ({ signal }) => ask(controllerRoutes.call, { path: { box, call: id }, signal }),
    placeholderData: keepPreviousData,
  });
  if (asked.error) return <NoSuchCall error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return <Empty>{t('calls.loading')}</Empty>;
  const name = detail.data?.name;
  const back = {
    to: `/boxes/${encodeURIComponent(branchOf(box))}`,
    title: name ? text(name) : branchOf(box),
  };
  return (
    <InZone zone={zone}>
      <PeopleContext value={people}>
        <CallView call={asked.data.call} events={asked.data.events} back={back} audio={null} />
      </PeopleContext>
    </InZone>
  );
}
