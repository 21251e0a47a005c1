/** One box of a rollout: what it is at, and each gate with what was, what is and what is allowed. */
import type { Finding } from '@branchline/contracts/fleet/rollouts';
import type { RolloutBox } from '@branchline/contracts/http/rollouts';
import { Link } from 'react-router';
import { useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { shapeOf } from './waves.tsx';
import '../document/document.css';

export function RolloutBoxPanel({ box }: { box: RolloutBox | undefined }) {
  const words = useWords();
  const { t } = words;
  if (!box) return <Empty>{t('rollouts.choose')}</Empty>;
  const columns: Column<Finding>[] = [
    {
      key: 'gate',
      title: t('rollouts.gateColumn'),
      small: 'head',
      cell: ({ gate, ok }) => <Mark shape={ok ? 'good' : 'bad'}>{t(`rollouts.gate.${gate}`)}</Mark>,
    },
    { key: 'before', title: t('rollouts.before'), number: true, cell: (each) => figure(each, each.before) },
    { key: 'now', title: t('rollouts.after'), number: true, cell: (each) => figure(each, each.now) },
    { key: 'limit', title: t('rollouts.limit'), number: true, cell: (each) => figure(each, each.limit) },
    { key: 'what', title: t('rollouts.what'), cell: ({ what }) => what.join(', ') },
  ];
  return (
    <Panel
      title={t('rollouts.figures', { box: box.box })}
      aside={<Link to={`/boxes/${encodeURIComponent(box.box)}/document`}>{t('documents.open')} →</Link>}
      testId="rollout-box"
    >
      <p className="document-says">
        <Mark shape={shapeOf(box)}>{t(box.failed ? 'rollouts.failed' : `rollouts.step.${box.step}`)}</Mark>{' '}
        {box.failed && <span className="soft">{t(`rollouts.step.${box.step}`)}</span>}{' '}
        {box.since !== null && <Moment at={box.since} />} {!box.online && t('rollouts.away')}{' '}
        {box.version !== null && t('rollouts.version', { version: box.version, from: box.from ?? '–' })}{' '}
        {box.had !== null && t('rollouts.had', { version: box.had })}{' '}
        {box.until !== null && t('rollouts.until', { at: { at: box.until } })} {box.note}
      </p>
      {box.findings.length === 0 ? (
        <Empty>{t('rollouts.notYet')}</Empty>
      ) : (
        <Table
          label={t('rollouts.figures', { box: box.box })}
          columns={columns}
          rows={box.findings}
          rowKey={({ gate }) => gate}
          rowTestId="finding"
        />
      )}
    </Panel>
  );
}

/** Failed calls are a share; the other gates count. */
const figure = ({ gate }: Finding, value: number | null): string =>
  value === null ? '–' : gate === 'calls' ? `${value} %` : String(value);
