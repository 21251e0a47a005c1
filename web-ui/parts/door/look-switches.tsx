/** Language and appearance, one button each. */
import { LANGUAGES } from '../../words/words.ts';
import { useLook, useWords } from './context.ts';
import { THEMES, type Theme } from './theme.ts';

const THEME_KEYS = { auto: 'setup.themeAuto', light: 'setup.themeLight', dark: 'setup.themeDark' } as const;
/** A language is named in itself, whatever the page speaks. */
const LANGUAGE_NAMES = { zh: '中文', en: 'English' } as const;

export function LookSwitches() {
  const { t } = useWords();
  const { language, setLanguage, theme, setTheme } = useLook();
  return (
    <div className="look-switches">
      <label>
        <span className="unseen">{t('setup.language')}</span>
        <select
          value={language}
          data-testid="language"
          onChange={(event) => setLanguage(event.target.value === 'en' ? 'en' : 'zh')}
        >
          {LANGUAGES.map((one) => (
            <option key={one} value={one} lang={one}>
              {LANGUAGE_NAMES[one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="unseen">{t('setup.theme')}</span>
        <select value={theme} data-testid="theme" onChange={(event) => setTheme(event.target.value as Theme)}>
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {t(THEME_KEYS[one])}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
