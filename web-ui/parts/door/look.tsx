/** Language and appearance, kept by this browser. */
import type { i18n } from 'i18next';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { speaker } from '../../words/speak.ts';
import type { Language } from '../../words/words.ts';
import { LookContext, SpeakerContext, type Look } from './context.ts';
import { fetchWords } from './fetch-words.ts';
import type { Memory } from './storage.ts';
import { putOn, type Theme } from './theme.ts';

interface LookProps {
  readonly i18n: i18n;
  readonly memory: Memory;
  readonly language: Language;
  readonly theme: Theme;
  readonly children: ReactNode;
}

export function LookProvider(props: LookProps) {
  const { i18n, memory, children } = props;
  const [language, putLanguage] = useState(props.language);
  const [theme, putTheme] = useState(props.theme);

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);

  const look = useMemo<Look>(
    () => ({
      language,
      theme,
      setLanguage: (next) => {
        memory.write('language', next);
        void fetchWords(next).then(async (words) => {
          i18n.addResourceBundle(next, 'translation', words);
          await i18n.changeLanguage(next);
          putLanguage(next);
        });
      },
      setTheme: (next) => {
        memory.write('theme', next);
        putOn(next, document.documentElement);
        putTheme(next);
      },
    }),
    [i18n, memory, language, theme],
  );
  const words = useMemo(() => speaker(i18n, language, browserZone(), Date.now), [i18n, language]);

  return (
    <LookContext value={look}>
      <SpeakerContext value={words}>{children}</SpeakerContext>
    </LookContext>
  );
}

const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
