/** A line drawn as its channels, with the calls that are in them. */
import { useState, type CSSProperties } from 'react';
import { Link } from 'react-router';
import { useWords } from '../door/context.ts';
import { seat, type Slots } from '../slots.ts';
import './strip.css';

export type CellPhase = 'ringing' | 'talking' | 'held' | 'waiting';

interface StripProps {
  readonly channels: number;
  /** The calls on the line, each with how it stands. */
  readonly calls: Readonly<Record<string, CellPhase>>;
  /** 'large' has cells that can be read and followed to their call. */
  readonly size: 'small' | 'large';
  readonly down?: boolean;
  readonly describe?: (call: string) => string;
  /** The address of a call's page. */
  readonly linkTo?: (call: string) => string;
}

/** Cells in a row: an E1's 30 (ITU-T G.704: time slots 1 to 15 and 17 to 31). */
const WIDEST = 30;

export function Strip({ channels, calls, size, down = false, describe, linkTo }: StripProps) {
  const { t } = useWords();
  const slots = useSeats(Object.keys(calls), channels);
  const used = Math.min(Object.keys(calls).length, channels);
  return (
    <div
      className={`strip is-${size}${down ? ' is-down' : ''}`}
      style={{ '--channels': Math.min(channels, WIDEST) } as CSSProperties}
      role={size === 'small' ? 'img' : 'group'}
      aria-label={t('lines.stripLabel', { used, all: channels })}
    >
      {slots.map((call, index) => {
        const phase = call === null ? 'free' : (calls[call] ?? 'talking');
        const title = call !== null && describe ? describe(call) : undefined;
        const shared = { className: `cell is-${phase}`, title } as const;
        return call !== null && linkTo && size === 'large' ? (
          <Link key={index} {...shared} to={linkTo(call)} aria-label={title} data-testid="strip-call" />
        ) : (
          <span key={index} {...shared} />
        );
      })}
    </div>
  );
}

/** The seats of before are needed to keep each call in its own. */
function useSeats(calls: readonly string[], channels: number): Slots {
  const [slots, setSlots] = useState<Slots>(() => seat([], calls, channels));
  const next = seat(slots, calls, channels);
  const same = next.length === slots.length && next.every((call, index) => call === slots[index]);
  if (!same) setSlots(next);
  return same ? slots : next;
}
