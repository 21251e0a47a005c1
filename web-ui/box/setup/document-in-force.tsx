/** The branch document in force, its warnings, and a newer one that was refused. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DocumentText } from '../../parts/branch/document-text.tsx';
import { FaultList } from '../../parts/branch/fault-list.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark, MarkShape } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useBox } from '../live.ts';

export function DocumentInForce() {
  const { t } = useWords();
  const { ask } = useDoor();
  const alarms = useBox((state) => state?.alarms);
  const rejected = Object.values(alarms ?? {}).find((alarm) => alarm.code === 'document-rejected');
  const asked = useQuery({
    // A refusal raises an alarm: the list of faults is fetched again by it.
    queryKey: ['document', rejected?.since],
    queryFn: ({ signal }) => ask(consoleRoutes.document, { signal }),
  });
  const document = asked.data;
  return (
    <Panel
      title={t('setup.document')}
      aside={document && <CopyButton text={document.source} />}
      testId="document"
    >
      {asked.error && <Trouble error={asked.error} retry={() => void asked.refetch()} />}
      {asked.isPending && <Empty>{t('page.loading')}</Empty>}
      {document && (
        <>
          {document.refused && (
            <div className="refused" data-testid="refused">
              <p>
                <MarkShape shape="warn" />{' '}
                {t('setup.refused', {
                  count: document.refused.faults.length,
                  at: { at: document.refused.at },
                })}
              </p>
              <FaultList faults={document.refused.faults} />
            </div>
          )}
          <p className="document-facts">
            <span>
              {t('setup.revision')} <code data-testid="revision">{document.revision.slice(0, 12)}</code>
            </span>
            <span>
              {t('setup.applied')} <Moment at={document.appliedAt} />
            </span>
            <Mark shape={document.warnings.length === 0 ? 'good' : 'warn'}>
              {t('setup.warnings', { count: document.warnings.length })}
            </Mark>
          </p>
          <FaultList faults={document.warnings} />
          <DocumentText source={document.source} />
        </>
      )}
    </Panel>
  );
}

function CopyButton({ text }: { text: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  // Without TLS a browser has no clipboard for pages; the text can still be selected.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (!clipboard) return null;
  return (
    <button
      type="button"
      className="quiet"
      onClick={() => void clipboard.writeText(text).then(() => setCopied(true))}
      onBlur={() => setCopied(false)}
    >
      {t(copied ? 'setup.copied' : 'setup.copy')}
    </button>
  );
}
