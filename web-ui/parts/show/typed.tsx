/**
 * A field that passes on what was typed once the person pauses. It keeps its own text meanwhile: what it passes on goes into
 * the address of the page, and comes back too late to type against.
 */
import { useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react';

const PAUSE_MS = 250;

interface TypedProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly testId: string;
  /** The slash key leads here from anywhere on the page. */
  readonly slash?: boolean;
}

export function Typed({ label, value, onChange, testId, slash = false }: TypedProps) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  const [sent, setSent] = useState(value);
  if (value !== seen) {
    setSeen(value);
    // What comes back from here is no news; anything else is, such as a link or a cleared filter.
    if (value !== sent) setTyped(value);
  }
  const passOn = useEffectEvent(() => {
    if (typed === value) return;
    setSent(typed);
    onChange(typed);
  });
  useEffect(() => {
    const timer = setTimeout(() => passOn(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const field = useSlash(slash);
  return (
    <label className="filter-typed">
      {label}
      <input
        ref={field}
        type="search"
        maxLength={40}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        aria-keyshortcuts={slash ? '/' : undefined}
        data-testid={testId}
      />
    </label>
  );
}

function useSlash(wanted: boolean): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!wanted) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const typing =
        event.target instanceof HTMLElement && /^(input|select|textarea)$/i.test(event.target.tagName);
      if (event.key !== '/' || typing) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [wanted]);
  return field;
}
