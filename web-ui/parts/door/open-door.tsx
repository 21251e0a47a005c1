/** Opens a door: the words, the session, the live line, then the pages. Each door calls this once. */
import '../base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import i18next from 'i18next';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { Refusal } from '../../live/ask.ts';
import { firstLanguage } from '../../words/words.ts';
import { CrashGuard } from './crash-guard.tsx';
import type { DoorParts } from './door-parts.ts';
import { fetchWords } from './fetch-words.ts';
import { LookProvider } from './look.tsx';
import { SessionGate } from './session-gate.tsx';
import { memoryOf } from './storage.ts';
import { putOn, themeFrom } from './theme.ts';

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
    defaultOptions: { queries: { retry: isAway, refetchOnWindowFocus: false, staleTime: 10_000 } },
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

/** A service that did not answer may answer the second time; one that refused will refuse again. */
function isAway(failures: number, error: Error): boolean {
  return failures < 1 && error instanceof Refusal && error.problem.code === 'unreachable';
}

function rootElement(): HTMLElement {
  const root = document.getElementById('root');
  if (!root) throw new Error('the document has no #root');
  return root;
}
