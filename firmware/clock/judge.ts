/** Whether the box's clock is right, by what time servers say of it. Pure. */
import type { ClockCondition } from '@branchline/contracts/clock';

export interface Word {
  readonly server: string;
  /** By which the box's clock is ahead, ms; negative behind. */
  readonly aheadMs: number;
  /** What the question took on the network, there and back, ms. */
  readonly delayMs: number;
}

export interface ClockState {
  readonly condition: ClockCondition;
  /** Ms since 1970. */
  readonly since: number;
  readonly word: (Word & { readonly at: number }) | undefined;
  /** Rounds in a row in which it was found off, and in which nobody told. */
  readonly off: number;
  readonly silent: number;
  readonly because: 'no-servers' | 'no-answer' | undefined;
}

/** One word may be wrong; the second round comes soon. */
const OFF_IN_A_ROW = 2;
/** What was heard longer ago says nothing: an hour of rounds. */
const SILENT_IN_A_ROW = 4;
/** What is off is so until it is within this part of the limit. */
const UNTIL = 0.5;

export const newClock = (now: number): ClockState => ({
  ...{ condition: 'unknown', since: now, word: undefined },
  ...{ off: 0, silent: 0, because: undefined },
});

export interface Round {
  /** How many servers were asked. */
  readonly asked: number;
  readonly words: readonly Word[];
}

export function judgeClock(
  before: ClockState,
  { asked, words }: Round,
  now: number,
  warnMs: number,
): { readonly state: ClockState; readonly changedFrom?: ClockCondition } {
  const word = trusted(words);
  const silent = word ? 0 : before.silent + 1;
  const off = word ? (isOff(word, before, warnMs) ? before.off + 1 : 0) : before.off;
  const because = word ? undefined : asked === 0 ? 'no-servers' : 'no-answer';
  const condition = conditionOf(before.condition, { word, off, silent });
  const state: ClockState = {
    ...{ condition, off, silent, because },
    since: condition === before.condition ? before.since : now,
    word: word ? { ...word, at: now } : before.word,
  };
  return condition === before.condition ? { state } : { state, changedFrom: before.condition };
}

/** Of three or more the one in the middle, so that one that is wrong is outvoted; otherwise the one that was nearest. */
export function trusted(words: readonly Word[]): Word | undefined {
  if (words.length < 3) return [...words].sort((a, b) => a.delayMs - b.delayMs)[0];
  return [...words].sort((a, b) => a.aheadMs - b.aheadMs)[(words.length - 1) >> 1];
}

/** Half of the delay is all that a lopsided network can add (RFC 5905 §8). */
function isOff({ aheadMs, delayMs }: Word, { condition }: ClockState, warnMs: number): boolean {
  return Math.abs(aheadMs) - delayMs / 2 > warnMs * (condition === 'off' ? UNTIL : 1);
}

function conditionOf(
  before: ClockCondition,
  { word, off, silent }: { word: Word | undefined; off: number; silent: number },
): ClockCondition {
  if (!word) return silent >= SILENT_IN_A_ROW ? 'unknown' : before;
  if (off === 0) return 'right';
  return off >= OFF_IN_A_ROW ? 'off' : before;
}

/** Between two rounds, ms. RFC 4330 §10 asks clients for no less than 15 s. */
const CALM_MS = 900_000;
/** After a round that found it off first, or that nobody answered at all since the start. */
const SOON_MS = 60_000;

export const clockPace = ({ condition, off, word, silent }: ClockState): number =>
  (off > 0 && condition !== 'off') || (word === undefined && silent <= SILENT_IN_A_ROW) ? SOON_MS : CALM_MS;
