/** Each queue in a line: who waits, how long, who could answer. */
import type { LiveQueue } from '@branchline/contracts/live';
import { useNow, useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table } from '../../parts/show/table.tsx';
import { stopwatch } from '../../parts/time.ts';
import { levelTone, oldest, waitTone } from '../queues/figures.ts';

export function QueuesNow({ queues }: { queues: Readonly<Record<string, LiveQueue>> }) {
  const { t } = useWords();
  const now = useNow();
  const all = Object.values(queues);
  return (
    <Panel title={t('today.queues')} to="/queues" testId="queues">
      {all.length === 0 && <Empty>{t('today.noQueues')}</Empty>}
      {all.length > 0 && (
        <Table
          label={t('today.queues')}
          rows={all}
          rowKey={(queue) => queue.id}
          rowTestId="queue"
          columns={[
            {
              key: 'id',
              title: t('calls.queue'),
              small: 'head',
              cell: (queue) => <strong>{queue.id}</strong>,
            },
            {
              key: 'waiting',
              title: t('queues.waiting'),
              number: true,
              cell: (queue) => queue.waiting.length,
            },
            {
              key: 'longest',
              title: t('queues.longest'),
              number: true,
              cell: (queue) => {
                const since = oldest(queue);
                if (since === undefined) return '–';
                return (
                  <Mark shape={waitTone(since, queue.serviceLevelGoal.withinMs, now)}>
                    {stopwatch(now - Date.parse(since))}
                  </Mark>
                );
              },
            },
            {
              key: 'ready',
              title: t('queues.ready'),
              number: true,
              cell: (queue) => `${queue.agentsReady} / ${queue.agentsSignedIn}`,
            },
            {
              key: 'level',
              title: t('queues.today'),
              number: true,
              cell: (queue) =>
                queue.today.serviceLevel === null ? (
                  '–'
                ) : (
                  <Mark shape={levelTone(queue)}>
                    {t('unit.percent', { n: Math.round(queue.today.serviceLevel) })}
                  </Mark>
                ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
