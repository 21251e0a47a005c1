/** The report of one drill: what was done, in seconds, by which calls it was measured. Prints as it is. */
import {
  drillRoutes,
  HAND_DRILLS,
  type DrillCall,
  type DrillDetail,
  type HandDrill,
} from '@branchline/contracts/http/drills';
import { useMutation } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { exactMoment } from '../../parts/time.ts';
import { Trouble } from '../../parts/show/trouble.tsx';
import { partyWord, stepSays } from './continuity-says.tsx';
import { Seconds } from './drill-table.tsx';
import { DrillTimeline } from './drill-timeline.tsx';
import { drillShape, isOpen, seconds, useDrill } from './use-continuity.ts';
import '../../parts/branch/box-health.css';
import '../../parts/show/rows.css';
import './continuity.css';

export default function DrillPage() {
  const { drill: id = '' } = useParams();
  const { t } = useWords();
  const asked = useDrill(id);
  if (asked.error) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return <Empty>{t('page.loading')}</Empty>;
  return <Report drill={asked.data} done={async () => void (await asked.refetch())} />;
}

function Report({ drill, done }: { drill: DrillDetail; done: () => Promise<void> }) {
  const words = useWords();
  const { t } = words;
  return (
    <div className="page">
      <p className="no-print">
        <Link to="/continuity">← {t('drills.back')}</Link>
      </p>
      <div className="page-head">
        <h1>
          {t('drills.drill', { id: drill.id })} · {t(`drills.kind.${drill.kind}`)} ·{' '}
          <Link to={`/boxes/${encodeURIComponent(drill.box)}`}>{drill.box}</Link>
        </h1>
        <Mark shape={drillShape(drill.state)} testId="drill-state">
          {t(`drills.state.${drill.state}`)}
        </Mark>
      </div>
      <p>
        {t('drills.by', { who: drill.who, at: { at: drill.orderedAt } })} {drill.note}
        {drill.inQuietHour && ` · ${t('drills.inQuietHour')}`}
      </p>
      {drill.because && (
        <p className="trouble" role="status" data-testid="drill-because">
          {t(`drills.reason.${drill.because}`)}{' '}
          {drill.endedBy !== null && t('drills.endedBy', { who: drill.endedBy })}
        </p>
      )}
      {needsHands(drill) && (
        <p className="trouble" role="status" data-testid="drill-hands">
          {t(`drills.hands.${drill.kind}`)}
        </p>
      )}
      <Acts drill={drill} done={done} />
      <Panel title={t('drills.result')}>
        <Figures drill={drill} />
        <DrillTimeline drill={drill} />
      </Panel>
      <Panel title={t('continuity.story')}>
        <ul className="rows" data-testid="drill-story">
          {drill.story.map((step, index) => (
            <li key={`${step.at}-${index}`}>
              <div className="row-top">
                <span>{stepSays(words, step)}</span>
                <time dateTime={step.at}>{exactMoment(step.at, words.zone)}</time>
              </div>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t('drills.calls')}>
        <Calls calls={drill.calls} />
      </Panel>
    </div>
  );
}

/** A person at the branch is to do something now, and to undo it. */
const needsHands = <T extends Pick<DrillDetail, 'kind' | 'state'>>(
  drill: T,
): drill is T & { kind: HandDrill } =>
  drill.state === 'held' && HAND_DRILLS.some((kind) => kind === drill.kind);

function Acts({ drill, done }: { drill: DrillDetail; done: () => Promise<void> }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const stop = useMutation({
    mutationFn: () => ask(drillRoutes.stopDrill, { path: { drill: drill.id }, body: {} }),
    onSettled: done,
  });
  const undone = useMutation({
    mutationFn: () => ask(drillRoutes.drillUndone, { path: { drill: drill.id }, body: {} }),
    onSettled: done,
  });
  return (
    <p className="document-acts no-print">
      {isOpen(drill) && needsHands(drill) && (
        <button
          type="button"
          disabled={undone.isPending}
          onClick={() => undone.mutate()}
          data-testid="drill-undone"
        >
          {t('drills.undone')}
        </button>
      )}
      {isOpen(drill) ? (
        <button
          type="button"
          disabled={stop.isPending}
          onClick={() => stop.mutate()}
          data-testid="drill-stop"
        >
          {t('drills.stop')}
        </button>
      ) : (
        <button type="button" onClick={() => window.print()}>
          {t('drills.print')}
        </button>
      )}
      {undone.error && <Trouble error={undone.error} />}
      {stop.error && <Trouble error={stop.error} />}
    </p>
  );
}

function Figures({ drill }: { drill: DrillDetail }) {
  const { t } = useWords();
  const answered = drill.calls.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b);
  const median = answered[Math.floor(answered.length / 2)];
  const rows: [string, React.ReactNode][] = [
    [t('drills.movedIn'), <Seconds key="moved" n={seconds(drill.begunAt, drill.movedAt)} />],
    [t('drills.homeIn'), <Seconds key="home" n={seconds(drill.liftedAt, drill.homeAt)} />],
    [t('drills.unanswered'), `${drill.calls.filter(({ by }) => by === null).length} / ${drill.calls.length}`],
    [t('drills.answered'), <Ms key="median" n={median ?? null} />],
    [t('drills.number'), drill.number ?? '–'],
  ];
  return (
    <dl className="health" data-testid="drill-figures">
      {rows.map(([title, value]) => (
        <div className="health-row" key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Calls({ calls }: { calls: readonly DrillCall[] }) {
  const words = useWords();
  const { t } = words;
  const columns: Column<DrillCall>[] = [
    {
      key: 'at',
      title: t('drills.whenTitle'),
      small: 'head',
      cell: ({ at }) => <time dateTime={at}>{exactMoment(at, words.zone)}</time>,
    },
    { key: 'phase', title: t('drills.phaseTitle'), cell: ({ phase }) => t(`drills.phase.${phase}`) },
    {
      key: 'by',
      title: t('drills.byTitle'),
      cell: ({ by }) =>
        by === null ? <Mark shape="bad">{t('drills.nobody')}</Mark> : <>{partyWord(words, by)}</>,
    },
    {
      key: 'ms',
      title: t('drills.took'),
      number: true,
      cell: ({ ms }) => <Ms n={ms} />,
    },
  ];
  return (
    <Table
      label={t('drills.calls')}
      columns={columns}
      rows={calls}
      rowKey={({ at }) => at}
      rowTestId="drill-call"
    />
  );
}

function Ms({ n }: { n: number | null }) {
  const { t } = useWords();
  return n === null ? <span className="soft">–</span> : t('drills.ms', { n: Math.round(n) });
}
