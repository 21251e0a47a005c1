/** The document that a branch has in force, as it reported it. */
import type { boxDetail } from '@branchline/contracts/http/controller';
import type { z } from 'zod';
import { DocumentText } from '../../parts/branch/document-text.tsx';
import { useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';

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
      {document === null ? (
        <Empty>{t(detail ? 'branch.noDocument' : 'page.loading')}</Empty>
      ) : (
        <DocumentText source={JSON.stringify(document, null, 2)} />
      )}
    </Panel>
  );
}
