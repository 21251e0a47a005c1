/** The password; at headquarters, name and password. */
import type { session, signInRequest } from '@branchline/contracts/http/common';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { z } from 'zod';
import { MarkShape } from '../show/mark.tsx';
import { Trouble } from '../show/trouble.tsx';
import { useWords } from './context.ts';
import { LookSwitches } from './look-switches.tsx';
import { Brand } from './brand.tsx';
import './sign-in.css';

interface SignInProps {
  readonly kind: 'box' | 'hq';
  readonly name: string;
  /** A session was open before. */
  readonly ended: boolean;
  readonly signIn: (given: z.output<typeof signInRequest>) => Promise<z.output<typeof session>>;
  readonly onSignedIn: () => void;
}

/** Whom the first start makes. */
const FIRST_OWNER = 'admin';

export function SignIn({ kind, name, ended, signIn, onSignedIn }: SignInProps) {
  const { t } = useWords();
  const [password, setPassword] = useState('');
  const [person, setPerson] = useState(FIRST_OWNER);
  const [shown, setShown] = useState(false);
  const attempt = useMutation({
    mutationFn: () => signIn({ password, ...(kind === 'hq' && { name: person }) }),
    onSuccess: onSignedIn,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (password !== '' && person.trim() !== '') attempt.mutate();
  };
  return (
    <main className="sign-in">
      <form onSubmit={submit} data-testid="sign-in">
        <Brand />
        <h1>{t(kind === 'box' ? 'signIn.box' : 'signIn.hq')}</h1>
        <p className="sign-in-name">{name}</p>
        {ended && (
          <p className="sign-in-ended">
            <MarkShape shape="warn" /> {t('signIn.ended')}
          </p>
        )}
        {/* A password manager keeps the password under this name: box and headquarters may share an address. */}
        {kind === 'hq' ? (
          <>
            <label htmlFor="person">{t('signIn.name')}</label>
            <input
              id="person"
              data-testid="person"
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={60}
              value={person}
              onChange={(event) => setPerson(event.target.value)}
            />
          </>
        ) : (
          <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        )}
        <label htmlFor="password">{t('signIn.password')}</label>
        <div className="sign-in-field">
          <input
            id="password"
            data-testid="password"
            type={shown ? 'text' : 'password'}
            autoComplete="current-password"
            autoFocus
            spellCheck={false}
            maxLength={200}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <button type="button" onClick={() => setShown(!shown)} aria-pressed={shown}>
            {t(shown ? 'signIn.hide' : 'signIn.show')}
          </button>
        </div>
        {attempt.error && <Trouble error={attempt.error} />}
        <button className="main" disabled={password === '' || attempt.isPending} data-testid="sign-in-go">
          {t(attempt.isPending ? 'signIn.going' : 'signIn.go')}
        </button>
        <p className="soft">{t('signIn.where')}</p>
        <LookSwitches />
      </form>
    </main>
  );
}
