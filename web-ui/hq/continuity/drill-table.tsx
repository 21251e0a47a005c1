/** The drills, newest first, and how many branches have had one this quarter. */
import type { DrillSummary } from '@branchline/contracts/http/drills';
import { Link } from 'react-router';
import { useNow, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { quarterOf } from './quarter.ts';
import { drillShape, seconds } from './use-continuity.ts';

export function DrillTable({ drills }: { drills: readonly DrillSummary[] }) {
  const { t } = useWords();
  if (drills.length === 0) return <Empty>{t('drills.none')}</Empty>;
  const columns: Column<DrillSummary>[] = [
    {
      key: 'drill',
      title: t('drills.beginTitle'),
      small: 'head',
      cell: ({ id, box, kind }) => (
        <Link to={`/drills/${id}`} data-testid="drill-link">
          {box} · {t(`drills.kind.${kind}`)}
        </Link>
      ),
    },
    {
      key: 'state',
      title: t('drills.result'),
      cell: ({ state }) => <Mark shape={drillShape(state)}>{t(`drills.state.${state}`)}</Mark>,
    },
    {
      key: 'moved',
      title: t('drills.movedIn'),
      number: true,
      cell: ({ begunAt, movedAt }) => <Seconds n={seconds(begunAt, movedAt)} />,
    },
    {
      key: 'home',
      title: t('drills.homeIn'),
      number: true,
      cell: ({ liftedAt, homeAt }) => <Seconds n={seconds(liftedAt, homeAt)} />,
    },
    {
      key: 'at',
      title: t('drills.at'),
      small: 'corner',
      cell: ({ begunAt, plannedFor, orderedAt }) => <Moment at={begunAt ?? plannedFor ?? orderedAt} />,
    },
  ];
  return (
    <Table
      label={t('drills.title')}
      columns={columns}
      rows={drills}
      rowKey={({ id }) => id}
      rowTestId="drill-row"
    />
  );
}

export function Seconds({ n }: { n: number | null }) {
  const { t } = useWords();
  return n === null ? <span className="soft">–</span> : t('drills.seconds', { n: n.toFixed(1) });
}

export function ThisQuarter({
  drills,
  branches,
}: {
  readonly drills: readonly DrillSummary[];
  readonly branches: readonly string[];
}) {
  const { t } = useWords();
  const now = quarterOf(useNow());
  const passed = new Set(
    drills
      .filter(({ state, endedAt }) => state === 'passed' && endedAt && quarterOf(Date.parse(endedAt)) === now)
      .map(({ box }) => box),
  );
  const done = branches.filter((box) => passed.has(box)).length;
  return (
    <Mark shape={done === branches.length ? 'good' : 'warn'} testId="quarter">
      {t('drills.quarter', { done, all: branches.length })}
    </Mark>
  );
}
