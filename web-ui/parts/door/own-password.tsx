/** Who has signed in changes the password that he signs in with. */
import { ownPasswordRoutes, PASSWORD_LENGTH } from '@branchline/contracts/http/own-password';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type SubmitEvent } from 'react';
import { Mark } from '../show/mark.tsx';
import { Trouble } from '../show/trouble.tsx';
import { useDoor, useWords } from './context.ts';
import './own-password.css';

const EMPTY = { now: '', becomes: '', again: '' };
const FIELDS = ['now', 'becomes', 'again'] as const;

export function OwnPassword() {
  const { t } = useWords();
  const { ask, kind, person } = useDoor();
  const dialog = useRef<HTMLDialogElement>(null);
  const [fields, setFields] = useState(EMPTY);
  const change = useMutation({
    mutationFn: ({ now, becomes }: typeof EMPTY) =>
      ask(ownPasswordRoutes.ownPassword, { body: { now, becomes } }),
    onSuccess: () => setFields(EMPTY),
  });
  const differs = fields.again !== '' && fields.again !== fields.becomes;
  const isFit =
    fields.now !== '' && fields.becomes.length >= PASSWORD_LENGTH.least && fields.again === fields.becomes;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isFit) change.mutate(fields);
  };
  const open = (): void => {
    change.reset();
    setFields(EMPTY);
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" className="quiet" onClick={open} data-testid="own-password">
        {t('ownPassword.title')}
      </button>
      <dialog ref={dialog} className="own-password" aria-label={t('ownPassword.title')}>
        <form onSubmit={submit}>
          <h2>{t('ownPassword.title')}</h2>
          {kind === 'box' && <p className="soft">{t('ownPassword.everybody')}</p>}
          <input
            type="text"
            name="username"
            autoComplete="username"
            value={person?.name ?? ''}
            readOnly
            hidden
          />
          {FIELDS.map((field) => (
            <label key={field}>
              <span>{t(`ownPassword.${field}`, { count: PASSWORD_LENGTH.least })}</span>
              <input
                type="password"
                autoComplete={field === 'now' ? 'current-password' : 'new-password'}
                maxLength={PASSWORD_LENGTH.most}
                value={fields[field]}
                onChange={(event) => setFields({ ...fields, [field]: event.target.value })}
                data-testid={`own-password-${field}`}
              />
            </label>
          ))}
          {differs && <Mark shape="warn">{t('ownPassword.differs')}</Mark>}
          <div aria-live="polite">
            {change.error && <Trouble error={change.error} />}
            {change.isSuccess && (
              <Mark shape="good" testId="own-password-done">
                {t('ownPassword.done')}
              </Mark>
            )}
          </div>
          <div className="own-password-acts">
            <button className="main" disabled={!isFit || change.isPending} data-testid="own-password-go">
              {t('ownPassword.go')}
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              {t('ownPassword.cancel')}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
