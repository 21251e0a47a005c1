/** The document that a branch has in force, as it reported it. */
import type { boxDetail } from '@branchline/contracts/http/controller';
import { Link } from 'react-router';
import type { z } from 'zod';
import { DocumentText } from '../../parts/branch/document-text.tsx';
import { useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { StandingMark } from '../document/standing-mark.tsx';
import '../document/document.css';

export function BranchDocument({ detail }: { detail: z.output<typeof boxDetail> | undefined }) {
  const { t } = useWords();
  const document = detail?.document ?? null;
  const at = detail?.reportedAt ?? null;
  return (
    <Panel
      title={t('branch.document')}
      aside={
        at !== null && (
          <>
            {t('branch.reported')} <Moment at={at} />
          </>
        )
      }
      testId="document"
    >
      {detail && (
        <p className="document-says">
          <StandingMark of={detail.documents} />{' '}
          <Link to={`/boxes/${encodeURIComponent(detail.box)}/document`} data-testid="document-link">
            {t('documents.open')} →
          </Link>
        </p>
      )}
      {document === null ? (
        <Empty>{t(detail ? 'branch.noDocument' : 'page.loading')}</Empty>
      ) : (
        <DocumentText source={JSON.stringify(document, null, 2)} />
      )}
    </Panel>
  );
}
