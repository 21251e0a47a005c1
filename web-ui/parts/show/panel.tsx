/** A part of a page with its heading; the heading may lead to the page that shows it whole. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import './panel.css';

interface PanelProps {
  readonly title: ReactNode;
  readonly to?: string;
  /** Stands at the right of the heading. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  readonly testId?: string;
}

export function Panel({ title, to, aside, children, className = '', testId }: PanelProps) {
  return (
    <section className={`panel ${className}`} data-testid={testId}>
      <header className="panel-head">
        <h2>{to === undefined ? title : <Link to={to}>{title}</Link>}</h2>
        {aside !== undefined && <div className="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}
