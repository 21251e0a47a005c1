/** The four kinds of evidence: what each says, since when, how much it counts and how long it holds. */
import type { EvidenceKind, LiveTrunk } from '@branchline/contracts/trunks';
import { useNow, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark, type Shape } from '../../parts/show/mark.tsx';
import { Table } from '../../parts/show/table.tsx';
import { groundSay } from './trunk-says.ts';

type Evidence = LiveTrunk['evidence'][number];
interface Row {
  readonly kind: EvidenceKind;
  readonly said: Evidence | undefined;
}

const KINDS = ['physical', 'signalling', 'test-call', 'calls'] as const satisfies readonly EvidenceKind[];
const SHAPES: Record<Evidence['verdict'], Shape> = {
  good: 'good',
  partly: 'warn',
  bad: 'bad',
  unclear: 'unknown',
};

export function TrunkEvidence({ trunk }: { trunk: LiveTrunk }) {
  const { t, say } = useWords();
  const rows = KINDS.map((kind): Row => ({ kind, said: trunk.evidence.find((each) => each.kind === kind) }));
  return (
    <div className="trunk-evidence" data-testid="trunk-evidence">
      <Table
        label={t('trunk.evidence')}
        rows={rows}
        rowKey={({ kind }) => kind}
        rowTestId="evidence"
        columns={[
          {
            key: 'kind',
            title: t('trunk.evidence'),
            small: 'head',
            cell: ({ kind }) => t(`trunk.kind.${kind}`),
          },
          {
            key: 'verdict',
            title: t('lines.state'),
            small: 'corner',
            cell: ({ said }) =>
              said ? (
                <Mark shape={SHAPES[said.verdict]} testId="verdict">
                  {t(`trunk.verdict.${said.verdict}`)}
                </Mark>
              ) : (
                <span className="soft">{t('trunk.nothing')}</span>
              ),
          },
          {
            key: 'says',
            title: t('trunk.says'),
            small: 'whole',
            cell: ({ said }) => said && say(groundSay(said)),
          },
          { key: 'since', title: t('trunk.since'), cell: ({ said }) => said && <Moment at={said.at} /> },
          { key: 'holds', title: t('trunk.holds'), cell: ({ said }) => said && <Holds said={said} /> },
          { key: 'weight', title: t('trunk.weight'), number: true, cell: ({ said }) => said?.weight },
        ]}
      />
      <p className="soft">{t('trunk.lately', { ...trunk.figures })}</p>
    </div>
  );
}

function Holds({ said }: { said: Evidence }) {
  const { t } = useWords();
  const now = useNow();
  if (said.until === null) return <span className="soft">{t('trunk.holdsOn')}</span>;
  const left = Math.max(0, Date.parse(said.until) - now);
  return <>{t('trunk.holdsFor', { left: { span: left } })}</>;
}
