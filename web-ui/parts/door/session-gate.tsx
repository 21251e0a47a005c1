/** Asks who stands at the door: shows the sign-in, or the pages with the live line open. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { createAsk, type Ask } from '../../live/ask.ts';
import { Trouble } from '../show/trouble.tsx';
import { serviceTime } from '../../live/live-store.ts';
import { pageClock } from './clock.ts';
import { DoorContext, useWords, type DoorUse, type SignedIn } from './context.ts';
import type { DoorParts } from './door-parts.ts';
import { SignIn } from './sign-in.tsx';

interface GateProps {
  readonly parts: DoorParts;
  readonly doFetch: typeof fetch;
}

export function SessionGate({ parts, doFetch }: GateProps) {
  const queries = useQueryClient();
  const { t } = useWords();
  const [ended, setEnded] = useState(false);
  const [ask] = useState(() =>
    createAsk(doFetch, () => {
      setEnded(true);
      void queries.invalidateQueries({ queryKey: SESSION });
    }),
  );
  const asked = useQuery({
    queryKey: SESSION,
    queryFn: () => ask(parts.routes.session),
    staleTime: Infinity,
  });

  useEffect(() => {
    document.title = asked.data ? `${asked.data.name} · ${t('brand')}` : t('brand');
  }, [asked.data, t]);

  if (asked.isPending) return null;
  if (!asked.data) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data.signedIn) {
    const signedIn = (): void => {
      setEnded(false);
      void queries.invalidateQueries({ queryKey: SESSION });
    };
    return (
      <SignIn
        kind={parts.kind}
        name={asked.data.name}
        ended={ended}
        signIn={(given) => ask(parts.routes.signIn, { body: given })}
        onSignedIn={signedIn}
      />
    );
  }
  const signedOut = (): void => {
    setEnded(true);
    void queries.invalidateQueries({ queryKey: SESSION });
  };
  const { name, person = null } = asked.data;
  return <Inside parts={parts} ask={ask} name={name} person={person} onSignedOut={signedOut} />;
}

const SESSION = ['session'];

interface InsideProps {
  readonly parts: DoorParts;
  readonly ask: Ask;
  readonly name: string;
  readonly person: SignedIn | null;
  readonly onSignedOut: () => void;
}

function Inside({ parts, ask, name, person, onSignedOut }: InsideProps) {
  const queries = useQueryClient();
  const [live] = useState(() => parts.openLive(onSignedOut));
  useEffect(() => {
    live.start();
    const tryNow = (): void => live.retry();
    window.addEventListener('online', tryNow);
    return () => {
      window.removeEventListener('online', tryNow);
      live.stop();
    };
  }, [live]);

  const use = useMemo<DoorUse>(
    () => ({
      kind: parts.kind,
      person,
      ask,
      live,
      clock: pageClock(Date.now, (browserNow) => serviceTime(live.view(), browserNow)),
      signOut: () => void ask(parts.routes.signOut).finally(() => queries.resetQueries()),
    }),
    [parts, ask, live, queries, person],
  );
  return <DoorContext value={use}>{parts.pages(live, name)}</DoorContext>;
}
