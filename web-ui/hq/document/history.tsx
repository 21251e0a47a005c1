/** The versions of a branch's document, newest first; each opens to what it changed. */
import { documentRoutes, type DocumentVersion } from '@branchline/contracts/http/fleet-documents';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { Changes } from './changes.tsx';
import { useVersion, type Who } from './use-documents.ts';
import '../../parts/show/rows.css';
import './document.css';

interface Props {
  readonly box: string;
  readonly newest: number;
  readonly versions: readonly DocumentVersion[];
  readonly who: Who | undefined;
  readonly write: (source: string) => void;
  readonly done: () => Promise<void>;
}

export function History({ versions, ...props }: Props) {
  const { t } = useWords();
  const [open, setOpen] = useState<number | null>(null);
  return (
    <Panel title={t('documents.history')} aside={versions.length} testId="history">
      {versions.length === 0 && <Empty>{t('documents.noHistory')}</Empty>}
      <ul className="rows">
        {versions.map((each) => (
          <li key={each.version} data-testid="version" data-id={each.version}>
            <div className="row-top">
              <strong>{t('documents.version', { version: each.version })}</strong>
              <button
                type="button"
                className="quiet"
                aria-expanded={open === each.version}
                onClick={() => setOpen(open === each.version ? null : each.version)}
              >
                {t(open === each.version ? 'documents.hide' : 'documents.show')}
              </button>
            </div>
            <div>{t('documents.by', { author: each.author, reason: each.reason })}</div>
            <div className="row-under">
              <span>
                {t(`documents.origin.${each.origin}`, { from: each.cameFrom ?? '' })} ·{' '}
                {t('documents.changes', { count: each.changes })}
              </span>
              <Moment at={each.at} />
            </div>
            {open === each.version && <Opened version={each.version} {...props} />}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Opened({ box, newest, version, who, write, done }: Omit<Props, 'versions'> & { version: number }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const asked = useVersion(box, version);
  const goBack = useMutation({
    mutationFn: () =>
      ask(documentRoutes.goBack, {
        path: { box, version: String(version) },
        body: { ...who, after: newest },
      }),
    onSuccess: done,
  });
  if (asked.error) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return <Empty>{t('page.loading')}</Empty>;
  const { source, difference } = asked.data;
  return (
    <>
      <Changes changes={difference} />
      <div className="document-acts">
        <button type="button" onClick={() => write(source)}>
          {t('documents.copy')}
        </button>
        {version !== newest && (
          <button
            type="button"
            disabled={!who || goBack.isPending}
            onClick={() => goBack.mutate()}
            data-testid="go-back"
          >
            {t('documents.goBack')}
          </button>
        )}
      </div>
      {version !== newest && !who && <p className="soft">{t('documents.who')}</p>}
      {goBack.error && <Trouble error={goBack.error} />}
    </>
  );
}
