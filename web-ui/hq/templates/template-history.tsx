/** The versions of a template, newest first; each opens to what it changed. */
import { templateRoutes } from '@branchline/contracts/http/templates';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { Changes } from '../document/changes.tsx';
import type { Detail } from './use-templates.ts';

interface Props {
  readonly name: string;
  readonly versions: Detail['versions'];
  readonly write: (source: string) => void;
}

export function TemplateHistory({ name, versions, write }: Props) {
  const { t } = useWords();
  const [open, setOpen] = useState<number | null>(null);
  return (
    <Panel title={t('templates.history')} aside={versions.length} testId="history">
      <ul className="rows">
        {versions.map(({ version, author, reason, changes, at }) => (
          <li key={version} data-testid="version" data-id={version}>
            <div className="row-top">
              <strong>{t('documents.version', { version })}</strong>
              <button
                type="button"
                className="quiet"
                aria-expanded={open === version}
                onClick={() => setOpen(open === version ? null : version)}
              >
                {t(open === version ? 'documents.hide' : 'documents.show')}
              </button>
            </div>
            <div>{t('documents.by', { author, reason })}</div>
            <div className="row-under">
              <span>{t('documents.changes', { count: changes })}</span>
              <Moment at={at} />
            </div>
            {open === version && <Opened name={name} version={version} write={write} />}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Opened({ name, version, write }: Omit<Props, 'versions'> & { version: number }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const asked = useQuery({
    queryKey: ['template-version', name, version],
    queryFn: ({ signal }) =>
      ask(templateRoutes.templateVersion, { path: { template: name, version: String(version) }, signal }),
    // A version never changes.
    staleTime: Infinity,
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
      </div>
    </>
  );
}
