/** Opens a door: the words, the session, the live line, then the pages. Each door calls this once. */
import '../base.css';
import type { session } from '@branchline/contracts/http/common';
import type { Route } from '@branchline/contracts/http/route';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import type { z } from 'zod';
import type { LiveStore } from '../../live/live-store.ts';
import { firstLanguage } from '../../words/words.ts';
import { CrashGuard } from './crash-guard.tsx';
import { fetchWords } from './fetch-words.ts';
import { LookProvider } from './look.tsx';
import { SessionGate } from './session-gate.tsx';
import { memoryOf } from './storage.ts';
import { putOn, themeFrom } from './theme.ts';

type SessionRoute = Route<z.ZodType, z.ZodType, typeof session>;

export interface DoorParts {
  readonly kind: 'box' | 'hq';
  readonly routes: {
    readonly session: SessionRoute;
    readonly signIn: SessionRoute;
    readonly signOut: SessionRoute;
  };
  /** Begins when somebody has signed in, and ends when the session does. */
  readonly openLive: (onSignedOut: () => void) => LiveStore<{ readonly at: string }>;
  /** The pages, given the live line that `openLive` made. */
  readonly pages: (live: LiveStore<{ readonly at: string }>, name: string) => ReactNode;
}

export async function openDoor(parts: DoorParts): Promise<void> {
  const memory = memoryOf(() => localStorage);
  const theme = themeFrom(memory.read('theme'));
  putOn(theme, document.documentElement);
  const language = firstLanguage(memory.read('language'), navigator.languages);
  const i18n = i18next.createInstance();
  await i18n.init({
    lng: language,
    resources: { [language]: { translation: await fetchWords(language) } },
    interpolation: { escapeValue: false },
  });
  const queries = new QueryClient({
    defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false, staleTime: 10_000 } },
  });
  createRoot(rootElement()).render(
    <LookProvider i18n={i18n} memory={memory} language={language} theme={theme}>
      <CrashGuard>
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <SessionGate parts={parts} doFetch={(...args) => fetch(...args)} />
          </BrowserRouter>
        </QueryClientProvider>
      </CrashGuard>
    </LookProvider>,
  );
}

function rootElement(): HTMLElement {
  const root = document.getElementById('root');
  if (!root) throw new Error('the document has no #root');
  return root;
}
