/** A document is pasted and checked; nothing is put in force here. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { useMutation } from '@tanstack/react-query';
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
  const check = useMutation({ mutationFn: () => ask(consoleRoutes.checkDocument, { body: { source } }) });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (source.trim() !== '') check.mutate();
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
          </>
        )}
      </div>
    </Panel>
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
