/** A document is pasted and checked; one without a fault can be put in force. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { FaultList } from '../../parts/branch/fault-list.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';

const MOST_CHARACTERS = 1_000_000;

export function CheckDocument() {
  const { t } = useWords();
  const { ask } = useDoor();
  const [source, setSource] = useState('');
  const check = useMutation({
    mutationFn: (text: string) => ask(consoleRoutes.checkDocument, { body: { source: text } }),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (source.trim() !== '') check.mutate(source);
  };
  return (
    <Panel title={t('setup.check')}>
      <form className="check-form" onSubmit={submit}>
        <label htmlFor="check-source" className="soft">
          {t('setup.checkHint')}
        </label>
        <textarea
          id="check-source"
          className="mono"
          spellCheck={false}
          maxLength={MOST_CHARACTERS}
          value={source}
          onChange={(event) => setSource(event.target.value)}
          data-testid="check-source"
        />
        <button className="main" disabled={source.trim() === '' || check.isPending} data-testid="check-go">
          {t(check.isPending ? 'setup.checking' : 'setup.checkGo')}
        </button>
      </form>
      <div aria-live="polite">
        {check.error && <Trouble error={check.error} />}
        {check.data && (
          <>
            <p className="document-facts" data-testid="check-result" data-ok={check.data.ok}>
              <Verdict ok={check.data.ok} faults={check.data.faults} />
            </p>
            <FaultList faults={check.data.faults} />
            {check.data.ok && check.variables === source && <Take key={source} source={source} />}
          </>
        )}
      </div>
    </Panel>
  );
}

/** What was checked just now, and not changed since, can be put in force. */
function Take({ source }: { source: string }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  const take = useMutation({
    mutationFn: () => ask(consoleRoutes.takeDocument, { body: { source } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['document'] }),
  });
  if (take.data?.ok)
    return (
      <p className="document-facts" data-testid="taken">
        <Mark shape="good">{t('setup.taken')}</Mark>
      </p>
    );
  return (
    <div className="check-form">
      <p className="soft">{t('setup.takeHint')}</p>
      <button
        type="button"
        className="main"
        disabled={take.isPending}
        onClick={() => take.mutate()}
        data-testid="take"
      >
        {t(take.isPending ? 'setup.taking' : 'setup.take')}
      </button>
      {take.error && <Trouble error={take.error} />}
      {take.data && <FaultList faults={take.data.faults} />}
    </div>
  );
}

function Verdict({ ok, faults }: { ok: boolean; faults: readonly { readonly severity: string }[] }) {
  const { t } = useWords();
  const errors = faults.filter((fault) => fault.severity === 'error').length;
  const warnings = faults.length - errors;
  return (
    <>
      <Mark shape={ok ? 'good' : 'bad'}>
        {ok ? t('setup.checkGood') : t('setup.checkFaults', { count: errors })}
      </Mark>{' '}
      {warnings > 0 && <Mark shape="warn">{t('setup.warnings', { count: warnings })}</Mark>}
    </>
  );
}
