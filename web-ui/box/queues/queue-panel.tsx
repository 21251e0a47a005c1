/** One queue: its figures of now and of today, and everybody who waits in it. */
import type { LiveQueue } from '@branchline/contracts/live';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useNow, useWords } from '../../parts/door/context.ts';
import { useNames } from '../../parts/people-context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { Table } from '../../parts/show/table.tsx';
import { stopwatch } from '../../parts/time.ts';
import { Callbacks } from './callback-table.tsx';
import { levelTone, oldest, waitTone } from './figures.ts';

export function QueuePanel({ queue }: { queue: LiveQueue }) {
  const { t } = useWords();
  const now = useNow();
  const { today, serviceLevelGoal: goal } = queue;
  const since = oldest(queue);
  const level = t('queues.serviceLevel', { within: { span: goal.withinMs } });
  return (
    <Panel title={queue.id} testId="queue-panel">
      <dl className="figures">
        <Figure title={t('queues.waiting')} testId="waiting">
          {queue.waiting.length}
        </Figure>
        <Figure title={t('queues.longest')}>
          {since === undefined ? (
            '–'
          ) : (
            <Mark shape={waitTone(since, goal.withinMs, now)}>{stopwatch(now - Date.parse(since))}</Mark>
          )}
        </Figure>
        <Figure title={t('queues.ready')}>
          {queue.agentsReady}{' '}
          <span className="soft">
            / {queue.agentsSignedIn} {t('queues.signedIn')}
          </span>
        </Figure>
        <Figure title={level} testId="service-level">
          {today.serviceLevel === null ? (
            <span className="soft">{t('queues.noneYet')}</span>
          ) : (
            <>
              <Mark shape={levelTone(queue)}>{t('unit.percent', { n: Math.round(today.serviceLevel) })}</Mark>{' '}
              <span className="soft">{t('queues.goal', { percent: goal.percent })}</span>
            </>
          )}
        </Figure>
      </dl>
      <Waiting queue={queue} now={now} />
      <Callbacks queue={queue} now={now} />
      <dl className="figures waiting">
        <Figure title={t('queues.offered')}>{today.offered}</Figure>
        <Figure title={t('queues.answered')}>{today.answered}</Figure>
        <Figure title={t('queues.abandoned')}>{today.abandoned}</Figure>
        <Figure title={t('queues.shortAbandoned')}>{today.shortAbandoned}</Figure>
        <Figure title={t('queues.overflowed')}>{today.overflowed}</Figure>
        <Figure title={t('queues.longestToday')}>{stopwatch(today.longestWaitMs)}</Figure>
      </dl>
    </Panel>
  );
}

function Figure({ title, testId, children }: { title: string; testId?: string; children: ReactNode }) {
  return (
    <div data-testid={testId}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Waiting({ queue, now }: { queue: LiveQueue; now: number }) {
  const { t } = useWords();
  const names = useNames();
  if (queue.waiting.length === 0) return null;
  return (
    <div className="waiting">
      <Table
        label={t('queues.waiting')}
        rows={queue.waiting.map((caller, index) => ({ ...caller, place: index + 1 }))}
        rowKey={(caller) => caller.call}
        rowTestId="waiting-caller"
        columns={[
          {
            key: 'place',
            title: t('queues.place'),
            number: true,
            width: '3.5rem',
            cell: (caller) => caller.place,
          },
          {
            key: 'from',
            title: t('queues.caller'),
            small: 'head',
            cell: (caller) => (
              <Link to={`/calls/${encodeURIComponent(caller.call)}`}>
                {names.party({ kind: 'caller', id: caller.from })}
              </Link>
            ),
          },
          {
            key: 'priority',
            title: t('queues.priority'),
            number: true,
            cell: (caller) => Math.round(caller.priority),
          },
          {
            key: 'waits',
            small: 'corner',
            title: t('queues.waits'),
            number: true,
            cell: (caller) => (
              <Mark shape={waitTone(caller.since, queue.serviceLevelGoal.withinMs, now)}>
                {stopwatch(now - Date.parse(caller.since))}
              </Mark>
            ),
          },
        ]}
      />
    </div>
  );
}
