/** One call of the box, told anew whenever it moves. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { pathOf } from '@branchline/contracts/http/route';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { Beside } from '../../parts/calls/beside.tsx';
import { CallView } from '../../parts/calls/call-view.tsx';
import { NoSuchCall } from '../../parts/calls/no-such-call.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Empty } from '../../parts/show/panel.tsx';
import { useBox } from '../live.ts';

export default function CallPage() {
  const { call: id = '' } = useParams();
  const { ask } = useDoor();
  const { t } = useWords();
  const moving = useBox((state) => state?.calls[id]);
  const asked = useQuery({
    queryKey: [
      'call',
      id,
      moving ? `${moving.phase} ${moving.phaseSince} ${moving.supervised?.mode ?? ''}` : 'over',
    ],
    queryFn: ({ signal }) => ask(consoleRoutes.call, { path: { call: id }, signal }),
    placeholderData: keepPreviousData,
  });
  if (asked.error) return <NoSuchCall error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return <Empty>{t('calls.loading')}</Empty>;
  const { call, events } = asked.data;
  const audio = pathOf(consoleRoutes.recording.path, { recording: call.recording ?? '' });
  return (
    <CallView
      call={call}
      events={events}
      back={{ to: '/calls', title: t('call.back') }}
      audio={audio}
      beside={moving && <Beside call={moving} />}
    />
  );
}
