/** How whole the history of a branch is at headquarters. */
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { useWords } from '../../parts/door/context.ts';
import { Panel } from '../../parts/show/panel.tsx';
import { BranchProof } from './branch-proof.tsx';
import { LedgerMark } from '../fleet/ledger-mark.tsx';
import '../../parts/branch/box-health.css';

export function BranchRecord({ box }: { box: BoxSummary }) {
  const { t } = useWords();
  const { ledger } = box;
  const rows: [string, string | number][] = [
    [t('branch.contiguous'), ledger.contiguous],
    [t('branch.newest'), ledger.newest],
    [t('branch.version'), box.version ?? '–'],
    [t('branch.revision'), box.revision?.slice(0, 12) ?? '–'],
  ];
  return (
    <Panel title={t('branch.ledger')} aside={<LedgerMark ledger={ledger} />} testId="ledger-panel">
      <dl className="health">
        {rows.map(([title, value]) => (
          <div className="health-row" key={title}>
            <dt>{title}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      <BranchProof box={box} />
      {ledger.missing > 0 && <p className="empty">{t('branch.missingNext')}</p>}
    </Panel>
  );
}
