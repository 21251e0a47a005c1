/** Whether the branch's history here is what the box has: what the last comparison said, and a new one at once. */
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { proofRoutes } from '@branchline/contracts/http/proof';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import '../document/document.css';

const ASK_MS = 1_500;

export function BranchProof({ box }: { box: BoxSummary }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const path = { box: box.box };
  const { proof } = box.ledger;
  const asked = useQuery({
    queryKey: ['proof', box.box, proof?.at, proof?.differs?.at],
    queryFn: ({ signal }) => ask(proofRoutes.proof, { path, signal }),
    refetchInterval: ({ state }) => (state.data?.comparing ? ASK_MS : false),
  });
  const compare = useMutation({
    mutationFn: () => ask(proofRoutes.compareLedger, { path, body: {} }),
    onSettled: () => asked.refetch(),
  });
  const comparing = compare.isPending || asked.data?.comparing === true;
  return (
    <div className="document-form" data-testid="proof">
      <p>
        {t('proof.title')}: <Verdict proof={proof} />
      </p>
      <div className="document-acts">
        <button
          type="button"
          disabled={comparing || !box.online}
          onClick={() => compare.mutate()}
          data-testid="compare"
        >
          {t(comparing ? 'proof.running' : 'proof.now')}
        </button>
      </div>
      {!box.online && <p className="soft">{t('proof.away')}</p>}
      {compare.error && <Trouble error={compare.error} />}
    </div>
  );
}

function Verdict({ proof }: { proof: BoxSummary['ledger']['proof'] }) {
  const { t } = useWords();
  if (proof?.differs) {
    const { from, to, because, at } = proof.differs;
    return (
      <>
        <Mark shape="bad" testId="proof-state">
          {t('proof.differs', { from, to })}
        </Mark>{' '}
        {t(`proof.because.${because}`)} <Moment at={at} />
      </>
    );
  }
  if (!proof?.at) return <span className="soft">{t('proof.never')}</span>;
  return (
    <>
      <Mark shape="good" testId="proof-state">
        {t('proof.equal', { upto: proof.upto })}
      </Mark>{' '}
      <Moment at={proof.at} />
    </>
  );
}
