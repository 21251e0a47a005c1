/** A version of a template is written, checked against every branch beneath it, and kept. */
import { templateRoutes } from '@branchline/contracts/http/templates';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { FaultList } from '../../parts/branch/fault-list.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { Effects } from './effects.tsx';
import { useTemplates, type Detail } from './use-templates.ts';

interface Props {
  readonly name: string;
  /** Absent of a template that is not there yet. */
  readonly detail: Detail | undefined;
  /** A text to begin from, in place of the newest. */
  readonly from: string | null;
  /** A version is kept. */
  readonly done: (version: number) => Promise<void>;
}

const MOST_CHARACTERS = 200_000;

export function TemplateEditor({ name, detail, from, done }: Props) {
  const { t } = useWords();
  const { ask } = useDoor();
  const [source, write] = useState(from ?? detail?.source ?? '');
  const [parent, setParent] = useState<string | null>(detail?.parent ?? null);
  const [reason, setReason] = useState('');
  const text = { source, parent };
  const key = JSON.stringify(text);
  const path = { template: name };
  const check = useMutation({
    mutationFn: (_: string) => ask(templateRoutes.checkTemplate, { path, body: text }),
  });
  const save = useMutation({
    mutationFn: (_: string) =>
      ask(templateRoutes.putTemplate, {
        path,
        body: { ...text, reason: reason.trim(), after: detail?.version ?? 0 },
      }),
    onSuccess: ({ version }) => (version === null ? undefined : done(version)),
  });
  const checked = check.variables === key ? check.data : undefined;
  const saved = save.variables === key ? save.data : undefined;
  return (
    <Panel title={t(detail ? 'templates.edit' : 'templates.new')} testId="template-editor">
      <div className="document-form">
        <Parent name={name} parent={parent} set={setParent} />
        <label htmlFor="template-source" className="soft">
          {t('templates.editHint')}
        </label>
        <textarea
          id="template-source"
          className="mono"
          spellCheck={false}
          maxLength={MOST_CHARACTERS}
          value={source}
          onChange={(event) => write(event.target.value)}
          data-testid="source"
        />
        <label>
          {t('documents.reason')} <span className="soft">({t('documents.reasonHint')})</span>{' '}
          <input
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
            data-testid="reason"
          />
        </label>
        <div className="document-acts">
          <button
            type="button"
            disabled={source.trim() === '' || check.isPending}
            onClick={() => check.mutate(key)}
            data-testid="check"
          >
            {check.isPending
              ? t('templates.checking', { count: detail?.beneath.length ?? 0 })
              : t('templates.check')}
          </button>
          <button
            type="button"
            className="main"
            disabled={!checked?.ok || reason.trim() === '' || save.isPending}
            onClick={() => save.mutate(key)}
            data-testid="save"
          >
            {t(save.isPending ? 'templates.saving' : 'templates.save')}
          </button>
        </div>
        {checked?.ok && reason.trim() === '' && <p className="soft">{t('documents.who')}</p>}
      </div>
      <div aria-live="polite">
        {check.error && <Trouble error={check.error} />}
        {save.error && <Trouble error={save.error} />}
        {saved && !saved.ok && <FaultList faults={saved.faults} />}
        {checked && <Checked {...checked} />}
      </div>
    </Panel>
  );
}

function Parent({
  name,
  parent,
  set,
}: {
  name: string;
  parent: string | null;
  set: (name: string | null) => void;
}) {
  const { t } = useWords();
  const others = (useTemplates().data?.templates ?? []).filter((each) => each.name !== name);
  return (
    <label>
      {t('templates.parent')}{' '}
      <select
        value={parent ?? ''}
        onChange={(event) => set(event.target.value === '' ? null : event.target.value)}
        data-testid="parent"
      >
        <option value="">{t('templates.noParent')}</option>
        {others.map((each) => (
          <option key={each.name}>{each.name}</option>
        ))}
      </select>
    </label>
  );
}

type Answer = NonNullable<typeof templateRoutes.checkTemplate.response>['_output'];

function Checked({ ok, faults, branches, breaks }: Answer) {
  const { t } = useWords();
  const changing = branches.filter(({ difference }) => difference.length > 0).length;
  return (
    <>
      <p className="document-says" data-testid="checked" data-ok={ok}>
        <Mark shape={!ok ? 'bad' : breaks > 0 ? 'warn' : 'good'}>
          {!ok
            ? t('templates.faults', { count: faults.length })
            : breaks > 0
              ? t('templates.breaks', { count: breaks })
              : t('templates.good', { count: changing, all: branches.length })}
        </Mark>
      </p>
      {ok && breaks > 0 && <p className="document-says soft">{t('templates.breaksNext')}</p>}
      <FaultList faults={faults} />
      {branches.length > 0 && <Effects branches={branches} />}
    </>
  );
}
