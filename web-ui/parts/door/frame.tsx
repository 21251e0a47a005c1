/** The frame around every page: where one is, where one can go, and whether what one sees is live. */
import { Suspense, useEffect, useRef, type ReactNode } from 'react';
import { NavLink, useLocation } from 'react-router';
import type { Key } from '../../words/words.ts';
import { useDoor, useWords } from './context.ts';
import { Brand } from './brand.tsx';
import { CrashGuard } from './crash-guard.tsx';
import { LineBanner, LiveMark } from './live-mark.tsx';
import { LookSwitches } from './look-switches.tsx';
import { OwnPassword } from './own-password.tsx';
import './frame.css';

export interface NavEntry {
  readonly to: string;
  readonly title: Key;
  readonly icon: ReactNode;
  /** How many things there wait for somebody; nothing is shown for none. */
  readonly news?: number;
}

interface FrameProps {
  readonly name: string;
  readonly nav: readonly NavEntry[];
  readonly children: ReactNode;
}

export function Frame({ name, nav, children }: FrameProps) {
  const { t } = useWords();
  const { signOut } = useDoor();
  const { pathname } = useLocation();
  const page = useRef<HTMLElement>(null);
  useEffect(() => {
    // In braces: newer browsers give a promise back, which is no clean-up.
    window.scrollTo(0, 0);
  }, [pathname]);

  return (
    <div className="frame">
      <a
        className="skip"
        href="#page"
        onClick={(event) => {
          event.preventDefault();
          page.current?.focus();
        }}
      >
        {t('nav.skip')}
      </a>
      <div className="frame-side">
        <header className="frame-head">
          <Brand />
          <strong className="frame-name">{name}</strong>
          <LiveMark />
        </header>
        <nav className="frame-nav" aria-label={t('nav.main')}>
          {nav.map((entry) => (
            <NavLink
              key={entry.to}
              to={entry.to}
              end={entry.to === '/'}
              data-testid={`nav-${entry.to.slice(1) || 'home'}`}
            >
              {entry.icon}
              <span>{t(entry.title)}</span>
              {entry.news !== undefined && entry.news > 0 && <em className="frame-news">{entry.news}</em>}
            </NavLink>
          ))}
        </nav>
        <footer className="frame-foot">
          <LookSwitches />
          <OwnPassword />
          <button type="button" className="quiet" onClick={signOut} data-testid="sign-out">
            {t('nav.signOut')}
          </button>
        </footer>
      </div>
      <main className="frame-page" id="page" tabIndex={-1} ref={page}>
        <LineBanner />
        <CrashGuard key={pathname}>
          <Suspense fallback={<p className="empty">{t('page.loading')}</p>}>{children}</Suspense>
        </CrashGuard>
      </main>
    </div>
  );
}
