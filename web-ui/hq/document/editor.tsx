/** A new version is written, checked with its difference, and sent. */
import { documentRoutes } from '@branchline/contracts/http/fleet-documents';
import { useMutation } from '@tanstack/react-query';
import { FaultList } from '../../parts/branch/fault-list.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { Changes } from './changes.tsx';
import type { Who } from './use-documents.ts';
import './document.css';

interface Props {
  readonly box: string;
  readonly newest: number;
  readonly who: Who | undefined;
  readonly source: string;
  readonly write: (source: string) => void;
  readonly done: () => Promise<void>;
}

const MOST_CHARACTERS = 200_000;

export function Editor({ box, newest, who, source, write, done }: Props) {
  const { t } = useWords();
  const { ask } = useDoor();
  const check = useMutation({
    mutationFn: (text: string) =>
      ask(documentRoutes.checkDocument, { path: { box }, body: { source: text } }),
  });
  const put = useMutation({
    mutationFn: (text: string) =>
      ask(documentRoutes.putDocument, { path: { box }, body: { source: text, ...who, after: newest } }),
    onSuccess: done,
  });
  const checked = check.variables === source ? check.data : undefined;
  const sent = put.variables === source ? put.data : undefined;
  return (
    <Panel title={t('documents.edit')} testId="editor">
      <div className="document-form">
        <label htmlFor="document-source" className="soft">
          {t('documents.editHint')}
        </label>
        <textarea
          id="document-source"
          className="mono"
          spellCheck={false}
          maxLength={MOST_CHARACTERS}
          value={source}
          onChange={(event) => write(event.target.value)}
          data-testid="source"
        />
        <div className="document-acts">
          <button
            type="button"
            disabled={source.trim() === '' || check.isPending}
            onClick={() => check.mutate(source)}
            data-testid="check"
          >
            {t(check.isPending ? 'documents.checking' : 'documents.check')}
          </button>
          <button
            type="button"
            className="main"
            disabled={!checked?.ok || checked.difference.length === 0 || !who || put.isPending}
            onClick={() => put.mutate(source)}
            data-testid="put"
          >
            {t(put.isPending ? 'documents.putting' : 'documents.put')}
          </button>
        </div>
        {checked?.ok && !who && <p className="soft">{t('documents.who')}</p>}
      </div>
      <div aria-live="polite">
        {check.error && <Trouble error={check.error} />}
        {put.error && <Trouble error={put.error} />}
        {checked && <Checked {...checked} />}
        {sent?.version != null && (
          <p className="document-says" data-testid="sent">
            <Mark shape="good">{t('documents.sent', { version: sent.version })}</Mark>
          </p>
        )}
      </div>
    </Panel>
  );
}

type Answer = NonNullable<typeof documentRoutes.checkDocument.response>['_output'];

function Checked({ ok, faults, difference }: Answer) {
  const { t } = useWords();
  const errors = faults.filter(({ severity }) => severity === 'error').length;
  return (
    <>
      <p className="document-says" data-testid="checked" data-ok={ok}>
        <Mark shape={ok ? 'good' : 'bad'}>
          {ok ? t('documents.good') : t('documents.faults', { count: errors })}
        </Mark>
      </p>
      <FaultList faults={faults} />
      {ok && <Changes changes={difference} />}
    </>
  );
}
