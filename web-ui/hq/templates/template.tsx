/** One template: who goes by which version, a new one with what it would do, and its history. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { Refusal } from '../../live/ask.ts';
import { useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { RemoveTemplate } from './remove-template.tsx';
import { TemplateEditor } from './template-editor.tsx';
import { TemplateHistory } from './template-history.tsx';
import { useTemplate, type Detail } from './use-templates.ts';
import '../../parts/show/rows.css';
import '../document/document.css';
import './templates.css';

export default function TemplatePage() {
  const { template: name = '' } = useParams();
  const { t } = useWords();
  const queries = useQueryClient();
  const asked = useTemplate(name);
  const [from, setFrom] = useState<string | null>(null);
  const [kept, keep] = useState<number | null>(null);
  const isNew = asked.error instanceof Refusal && asked.error.problem.code === 'not-found';
  if (asked.error && !isNew) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  if (asked.isPending) return <Empty>{t('page.loading')}</Empty>;
  const detail = isNew ? undefined : asked.data;
  const done = async (version: number): Promise<void> => {
    setFrom(null);
    keep(version);
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['template', name] }),
      queries.invalidateQueries({ queryKey: ['templates'] }),
    ]);
  };
  return (
    <div className="page">
      <p>
        <Link to="/templates">← {t('templates.back')}</Link>
      </p>
      <h1>{name}</h1>
      <div aria-live="polite">
        {kept !== null && (
          <Mark shape="good" testId="kept">
            {t(detail?.beneath.length ? 'templates.saved' : 'templates.savedInForce', { version: kept })}
          </Mark>
        )}
      </div>
      <div className="document-panes">
        <div>
          <TemplateEditor
            key={`${detail?.version ?? 0} ${from ?? ''}`}
            name={name}
            detail={detail}
            from={from}
            done={done}
          />
        </div>
        {detail && (
          <div>
            <Used detail={detail} />
            <TemplateHistory name={name} versions={detail.versions} write={setFrom} />
            <RemoveTemplate name={name} />
          </div>
        )}
      </div>
    </div>
  );
}

function Used({ detail }: { detail: Detail }) {
  const { t } = useWords();
  const { name, uses, directly, inForce, version } = detail;
  const isBehind = uses.some((use) => use.version !== version);
  return (
    <Panel title={t('templates.usedBy')} testId="used">
      {uses.length === 0 && <Empty>{t('templates.nobody')}</Empty>}
      <ul className="rows">
        {uses.map((use) => (
          <li key={use.version}>
            {t('templates.used', {
              version: use.version,
              count: t('templates.branches', { count: use.branches }),
            })}
            {use.version === inForce && <span className="soft"> · {t('templates.inForce')}</span>}
          </li>
        ))}
        {directly.length > 0 && (
          <li className="soft">{t('templates.directly', { branches: directly.slice(0, 20).join(', ') })}</li>
        )}
      </ul>
      <div className="document-form">
        {isBehind && (
          <Link to={`/rollouts/new?template=${name}&version=${version}`} data-testid="roll-out">
            {t('templates.rollOut', { version })} →
          </Link>
        )}
        <Link to={`/rollouts/new?template=${name}`} data-testid="bring">
          {t('templates.bring')} →
        </Link>
      </div>
    </Panel>
  );
}
