/** A box is claimed by its code: now, or as soon as it asks. */
import { enrolmentRoutes } from '@branchline/contracts/http/enrolment';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { FaultList } from '../../parts/branch/fault-list.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { Claimed } from './claimed.tsx';
import '../document/document.css';

const EMPTY = { code: '', box: '', serial: '', source: '', replace: false };
type Fields = typeof EMPTY;

export function ClaimForm({ done }: { done: () => Promise<void> }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const [search] = useSearchParams();
  const { hash } = useLocation();
  const [fields, setFields] = useState<Fields>({
    ...EMPTY,
    // Of the link that a box shows: behind the #, so that it is sent nowhere before the form is.
    code: decodeURIComponent(hash.slice(1)).slice(0, 40),
    box: search.get('box') ?? '',
  });
  const [round, setRound] = useState(0);
  const set = (part: Partial<Fields>): void => setFields({ ...fields, ...part });
  const claim = useMutation({
    mutationFn: ({ code, box, serial, source, replace }: Fields) => {
      const body = { code, box: box.trim(), replace, ...(source.trim() === '' ? {} : { source }) };
      return serial.trim() === ''
        ? ask(enrolmentRoutes.claimBox, { body })
        : ask(enrolmentRoutes.expectBox, { body: { ...body, serial } });
    },
    onSuccess: async ({ ok }) => {
      if (ok) {
        setFields(EMPTY);
        setRound(round + 1);
      }
      await done();
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    claim.mutate(fields);
  };
  return (
    <Panel title={t('enrolment.claim')} testId="claim">
      <form className="document-form" onSubmit={submit}>
        <p className="soft">{t('enrolment.claimHint')}</p>
        <div className="document-who">
          <Field label={t('enrolment.code')} value={fields.code} id="code" write={(code) => set({ code })} />
          <Field label={t('enrolment.branch')} value={fields.box} id="box" write={(box) => set({ box })} />
          <Field
            label={t('enrolment.expectSerial')}
            value={fields.serial}
            id="serial"
            write={(serial) => set({ serial })}
          />
        </div>
        {/* A browser empties a chosen file by nothing but a new field. */}
        <SourceField key={round} source={fields.source} write={(source) => set({ source })} />
        <label>
          <input
            type="checkbox"
            checked={fields.replace}
            onChange={(event) => set({ replace: event.target.checked })}
            data-testid="claim-replace"
          />{' '}
          {t('enrolment.replace')}
        </label>
        <div className="document-acts">
          <button
            className="main"
            disabled={fields.code.trim() === '' || fields.box.trim() === '' || claim.isPending}
            data-testid="claim-go"
          >
            {t(claim.isPending ? 'enrolment.going' : 'enrolment.go')}
          </button>
        </div>
      </form>
      <div aria-live="polite">
        {claim.error && <Trouble error={claim.error} />}
        {claim.data && <FaultList faults={claim.data.faults} />}
        {claim.data?.ok && <Claimed box={claim.data.box} serial={claim.variables.serial} />}
      </div>
    </Panel>
  );
}

function SourceField({ source, write }: { source: string; write: (source: string) => void }) {
  const { t } = useWords();
  return (
    <>
      <label htmlFor="claim-source">
        {t('enrolment.document')} <span className="soft">({t('enrolment.documentHint')})</span>
      </label>
      <label>
        <span className="soft">{t('enrolment.documentFile')}</span>{' '}
        <input
          type="file"
          accept=".yaml,.yml,.json"
          onChange={({ target }) => void target.files?.[0]?.text().then(write)}
          data-testid="claim-file"
        />
      </label>
      <textarea
        id="claim-source"
        className="mono claim-source"
        spellCheck={false}
        maxLength={200_000}
        value={source}
        onChange={(event) => write(event.target.value)}
        data-testid="claim-source"
      />
    </>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly write: (value: string) => void;
}

function Field({ id, label, value, write }: FieldProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        value={value}
        maxLength={64}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => write(event.target.value)}
        data-testid={`claim-${id}`}
      />
    </label>
  );
}
