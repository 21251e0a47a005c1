/**
 * What is to be dialled on a line so that its exchange forwards what the line does not take. Pure. What may stand at the exchange is kept
 * before the first code is dialled: it is taken back before anything else is set, also by a box that was started anew.
 */
import type { CodeOutcome } from '@branchline/contracts/trunks';

/** Codes with the number in them, as they are dialled. */
export interface Codes {
  /** E.164. */
  readonly to: string;
  readonly set: readonly string[];
  readonly cancel: readonly string[];
}

export interface Wanted extends Codes {
  readonly againMs: number;
}

export interface Standing {
  /** What may stand at the exchange; absent where all was taken back, or nothing was ever dialled. */
  readonly stands?: Codes;
  /** All codes of `stands` were taken then, ms since 1970. */
  readonly setAt?: number;
  readonly last?: { readonly at: number; readonly outcome: CodeOutcome; readonly cause?: number };
  /** In a row. */
  readonly fails: number;
  /** Not dialled before then, ms since 1970. */
  readonly notBefore: number;
  /** Somebody asked for it. */
  readonly asked?: true;
}

export interface Task {
  readonly what: 'set' | 'cancelled';
  readonly of: Codes;
}

export interface Dialled {
  readonly outcome: CodeOutcome;
  /** ITU-T Q.850. */
  readonly cause?: number;
  /** The one that was not taken. */
  readonly code?: string;
}

export const NOTHING_STANDS: Standing = { fails: 0, notBefore: 0 };

const MINUTE_MS = 60_000;
/** After the first failure, and at most. */
const AGAIN_MS = { first: MINUTE_MS, most: 60 * MINUTE_MS } as const;
/** From so many failures in a row on somebody is told. */
export const TELLS_FROM = 2;

/** What is to be dialled next, and not before when, ms since 1970; undefined where all is as it should be for good. */
export function nextTask(
  standing: Standing,
  wanted: Wanted | undefined,
): { readonly task: Task; readonly at: number } | undefined {
  const { stands, setAt, notBefore, asked, fails } = standing;
  if (stands && !(wanted && isSame(stands, wanted)))
    return { task: { what: 'cancelled', of: stands }, at: notBefore };
  if (!wanted) return undefined;
  const isNow = setAt === undefined || asked === true || fails > 0;
  const due = isNow ? 0 : setAt + wanted.againMs;
  return { task: { what: 'set', of: codesOf(wanted) }, at: Math.max(due, notBefore) };
}

/** To be kept before the first code is dialled. */
export const begun = (standing: Standing, { what, of }: Task): Standing =>
  what === 'set' ? { ...standing, stands: of } : without(standing, 'setAt');

export function ended(standing: Standing, { what }: Task, dialled: Dialled, now: number): Standing {
  const { outcome, cause } = dialled;
  const last = { at: now, outcome, ...(cause === undefined ? {} : { cause }) };
  const rest = { ...without(standing, 'asked'), last };
  switch (outcome) {
    case 'taken': {
      const done = { ...rest, fails: 0, notBefore: now };
      return what === 'set' ? { ...done, setAt: now } : without(done, 'stands');
    }
    case 'unjudged':
      return { ...rest, notBefore: now + AGAIN_MS.first };
    default: {
      const waits = Math.min(AGAIN_MS.first * 2 ** standing.fails, AGAIN_MS.most);
      return { ...rest, fails: standing.fails + 1, notBefore: now + waits };
    }
  }
}

/** It is to be dialled now, whatever has been. */
export const askedFor = (standing: Standing, now: number): Standing => ({
  ...standing,
  asked: true,
  notBefore: now,
});

/** What was kept by a clock that was ahead of the present one happened now at the latest. */
export function restored(standing: Standing, now: number): Standing {
  const { setAt, last } = standing;
  return {
    ...standing,
    notBefore: Math.min(standing.notBefore, now + AGAIN_MS.most),
    ...(setAt === undefined ? {} : { setAt: Math.min(setAt, now) }),
    ...(last === undefined ? {} : { last: { ...last, at: Math.min(last.at, now) } }),
  };
}

const codesOf = ({ to, set, cancel }: Wanted): Codes => ({ to, set, cancel });

/** What takes it back may be written otherwise. */
const isSame = (one: Codes, other: Codes): boolean =>
  one.to === other.to &&
  one.set.length === other.set.length &&
  one.set.every((code, at) => code === other.set[at]);

function without<T extends object, K extends keyof T>(whole: T, field: K): Omit<T, K> {
  const { [field]: _, ...rest } = whole;
  return rest;
}
