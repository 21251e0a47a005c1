/** Whether headquarters has everything that a branch has written. */
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';

export function LedgerMark({ ledger }: { ledger: BoxSummary['ledger'] }) {
  const { t } = useWords();
  const { contiguous, newest, missing } = ledger;
  if (newest === 0) return <span className="soft">–</span>;
  return (
    <span title={t('fleet.ledgerTitle', { contiguous, newest })} data-testid="ledger" data-missing={missing}>
      {missing === 0 ? (
        <Mark shape="good">{t('fleet.whole')}</Mark>
      ) : (
        <Mark shape="warn">{t('fleet.missing', { count: missing })}</Mark>
      )}
    </span>
  );
}
