/** The rollouts, newest first: what each is at. */
import type { RolloutSummary } from '@branchline/contracts/http/rollouts';
import { Link } from 'react-router';
import { useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { WhoLeadsLine } from '../who-leads-line.tsx';
import { STATUS_SHAPES, useRollouts } from './use-rollouts.ts';
import './rollouts.css';

export default function Rollouts() {
  const { t } = useWords();
  const asked = useRollouts();
  const columns: Column<RolloutSummary>[] = [
    {
      key: 'name',
      title: t('rollouts.name'),
      small: 'head',
      cell: ({ id, name }) => (
        <Link to={`/rollouts/${id}`} data-testid="rollout-link">
          {name}
        </Link>
      ),
    },
    {
      key: 'state',
      title: t('rollouts.state'),
      cell: ({ status }) => <Mark shape={STATUS_SHAPES[status]}>{t(`rollouts.status.${status}`)}</Mark>,
    },
    {
      key: 'progress',
      title: t('rollouts.progress'),
      number: true,
      cell: ({ counts }) =>
        t('rollouts.of', {
          good: counts.good,
          all: Object.values(counts).reduce((sum, count) => sum + count, 0),
        }),
    },
    {
      key: 'by',
      title: t('rollouts.by'),
      cell: ({ author, reason }) => t('documents.by', { author, reason }),
    },
    { key: 'at', title: '', small: 'corner', cell: ({ at }) => <Moment at={at} /> },
  ];
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('rollouts.title')}</h1>
        <Link to="/rollouts/new" data-testid="new-rollout">
          {t('rollouts.new')} →
        </Link>
      </div>
      {asked.error && <Trouble error={asked.error} retry={() => void asked.refetch()} />}
      {asked.isPending && <Empty>{t('page.loading')}</Empty>}
      {asked.data?.rollouts.length === 0 && <Empty>{t('rollouts.none')}</Empty>}
      {asked.data && asked.data.rollouts.length > 0 && (
        <div className="panel">
          <Table
            label={t('rollouts.title')}
            columns={columns}
            rows={asked.data.rollouts}
            rowKey={({ id }) => String(id)}
            rowTestId="rollout-row"
          />
        </div>
      )}
      <WhoLeadsLine />
    </div>
  );
}
