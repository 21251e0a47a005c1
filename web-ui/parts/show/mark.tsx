/** A state as shape and word; the colour only repeats them. */
import type { ReactNode } from 'react';
import './mark.css';

export type Shape = 'good' | 'warn' | 'bad' | 'note' | 'unknown' | 'busy' | 'rest';

const SHAPES: Record<Shape, ReactNode> = {
  good: <circle cx="6" cy="6" r="5" />,
  warn: <path d="M6 .8 11.6 11H.4z" />,
  bad: <rect x="1" y="1" width="10" height="10" />,
  note: <circle cx="6" cy="6" r="3" />,
  unknown: <circle cx="6" cy="6" r="4.2" className="mark-hollow" />,
  busy: <path d="M6 .4 11.6 6 6 11.6.4 6z" />,
  rest: <path d="M6 1.4 10.6 6 6 10.6 1.4 6z" className="mark-hollow" />,
};

export function MarkShape({ shape, rings = false }: { shape: Shape; rings?: boolean }) {
  return (
    <svg className={`mark-shape is-${shape}${rings ? ' rings' : ''}`} viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[shape]}
    </svg>
  );
}

export function Mark(props: { shape: Shape; rings?: boolean; children: ReactNode; testId?: string }) {
  return (
    <span className={`mark is-${props.shape}`} data-testid={props.testId} data-shape={props.shape}>
      <MarkShape shape={props.shape} rings={props.rings ?? false} />
      <span className="mark-word">{props.children}</span>
    </span>
  );
}
