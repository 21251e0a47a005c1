/**
 * One state per trunk out of all evidence: `(state, event, now, rules) -> (state, effects)`. Falling is at once; coming back
 * is by steps, each of which must stay good, and the more often it fell the longer they are. `truthDue` says when to come
 * again with a 'tick'. docs/trunk-truth.md has the drawing and the reasons.
 */
import type { ReturnStep } from '@branchline/contracts/trunks';
import { judge, evidenceOf, openChannels, overlayOf, type Judgement } from './judging.ts';
import { addResult, freshResults } from './call-evidence.ts';
import { withClock } from './clock-back.ts';
import { HOLDS_MS, type Weighed } from './evidence.ts';
import { holdsUntil, seeLine } from './physical.ts';
import { addTest } from './test-evidence.ts';
import { askForTest, testDue } from './testing.ts';
import type { Said, TrunkEvent, TrunkRules, TrunkStep, TrunkTruth } from './truth-state.ts';

/**
 * Good for so long before it is tried at all, after the first fall: a gateway that restarts answers, and falls silent again. Twice as long
 * after each further one, so that one that restarts in a loop is not tried in every turn of it.
 */
export const SETTLE_MS = 5_000;
export const LONGEST_SETTLE_MS = 2 * 60_000;
/** Each step of the way back, after the first fall. */
export const STEP_MS = 15_000;
/** However often it fell, a step takes no longer. */
export const LONGEST_STEP_MS = 10 * 60_000;
/** What fell longer ago than this is forgotten. */
export const FORGET_MS = 30 * 60_000;

const MOST_FALLS = 12;

export function trunkTruth(truth: TrunkTruth, event: TrunkEvent, now: number, rules: TrunkRules): TrunkStep {
  const told = take(withClock(truth, now), event, now);
  const judgement = judge(told, now, rules);
  const weighed = weigh(told, judgement, now);
  const shown = show(weighed, judgement, now, rules);
  const tested = askForTest(shown.state, event, now, rules);
  return { state: tested.state, effects: [...shown.effects, ...tested.effects] };
}

/** When time alone may bring something about, ms since 1970; undefined when it does not. */
export function truthDue(truth: TrunkTruth, now: number, rules: TrunkRules): number | undefined {
  const calls = evidenceOf(truth, now, rules).find(({ kind }) => kind === 'calls');
  const oldest = calls && calls.verdict !== 'good' ? freshResults(truth.results, now)[0] : undefined;
  const dues = [
    truth.returning?.until,
    oldest && oldest.at + HOLDS_MS.calls,
    ...Object.values(truth.lines)
      .filter(({ last }) => last.state !== 'unclear')
      .map(holdsUntil)
      .filter((at) => at > now),
    ...evidenceOf(truth, now, rules).flatMap(({ kind, until }) =>
      kind === 'test-call' ? (until ?? []) : [],
    ),
    testDue(truth, rules),
  ].filter((at) => at !== undefined);
  return dues.length > 0 ? Math.min(...dues) : undefined;
}

function take(truth: TrunkTruth, event: TrunkEvent, now: number): TrunkTruth {
  switch (event.type) {
    case 'options':
      return { ...truth, options: said(truth.options, event.good, now) };
    case 'registration':
      return { ...truth, registration: said(truth.registration, event.good, now) };
    case 'line':
      return { ...truth, lines: seeLine(truth.lines, event.evidence) };
    case 'lines-forgotten':
      return { ...truth, lines: {} };
    case 'call':
      return { ...truth, results: addResult(truth.results, event.result) };
    case 'tested': {
      const { testing, ...rest } = truth;
      const test = { at: now, verdict: event.verdict, why: testing?.why ?? 'order' };
      return { ...rest, tests: addTest(truth.tests, test) };
    }
    case 'drain':
      return { ...truth, order: ordered(truth.order, event, now) };
    case 'put-back': {
      const { order: _, ...rest } = truth;
      return rest;
    }
    default:
      return truth;
  }
}

/** The same order again changes nothing; another one takes its place. */
function ordered(
  before: TrunkTruth['order'],
  { by, busy = false }: Extract<TrunkEvent, { type: 'drain' }>,
  now: number,
): NonNullable<TrunkTruth['order']> {
  if (before && (before.busy ?? false) === busy) return before;
  return { by, at: now, ...(busy ? { busy } : {}) };
}

function said(before: Said | null, good: boolean | undefined, now: number): Said | null {
  if (good === undefined) return null;
  return before?.good === good ? before : { good, at: now };
}

/** The evidence alone. */
function weigh(truth: TrunkTruth, { verdict }: Judgement, now: number): TrunkTruth {
  switch (verdict) {
    case 'bad':
      return truth.base === 'down' ? without(truth) : fallen({ ...without(truth), base: 'down' }, truth, now);
    case 'unclear':
      if (truth.base === 'down') return goOn(truth, now, { after: 'unknown' });
      return truth.base === 'unknown' ? without(truth) : { ...without(truth), base: 'unknown' };
    case 'partly':
      return partly(truth, now);
    case 'good':
      return good(truth, now);
  }
}

function partly(truth: TrunkTruth, now: number): TrunkTruth {
  switch (truth.base) {
    case 'down':
      return isNew(truth) ? { ...truth, base: 'degraded' } : goOn(truth, now, { after: 'quarter' });
    case 'up':
      return fallen({ ...truth, base: 'degraded' }, truth, now);
    case 'unknown':
      return { ...without(truth), base: 'degraded' };
    case 'degraded':
      return truth.returning?.step === 'clearing' ? without(truth) : walk(truth, now, 'degraded');
  }
}

function good(truth: TrunkTruth, now: number): TrunkTruth {
  switch (truth.base) {
    case 'up':
      return truth;
    case 'down':
      return isNew(truth) ? up(truth) : goOn(truth, now, { after: 'quarter' });
    case 'unknown':
      if (truth.troubled) return begin({ ...truth, base: 'degraded' }, 'quarter', now);
      if (!truth.wasUp) return up(truth);
      if (truth.returning) return truth.returning.until <= now ? up(truth) : truth;
      return { ...truth, returning: { step: 'clearing', since: now, until: now + SETTLE_MS } };
    case 'degraded':
      return truth.returning ? walk(truth, now, 'up') : begin(truth, 'clearing', now);
  }
}

/** Down, and nothing says so any more: it must stay so before anything is tried. */
function goOn(truth: TrunkTruth, now: number, { after }: { after: 'quarter' | 'unknown' }): TrunkTruth {
  if (!truth.returning)
    return { ...truth, returning: { step: 'settling', since: now, until: now + settleMs(truth) } };
  if (truth.returning.until > now) return truth;
  if (after === 'unknown') return { ...without(truth), base: 'unknown' };
  return begin({ ...truth, base: 'degraded' }, 'quarter', now);
}

/** On its way back with a share of its channels, or clearing. */
function walk(truth: TrunkTruth, now: number, to: 'up' | 'degraded'): TrunkTruth {
  if (!truth.returning || truth.returning.until > now) return truth;
  if (truth.returning.step === 'quarter') return begin(truth, 'half', now);
  return to === 'up' ? up(truth) : without(truth);
}

function begin(truth: TrunkTruth, step: ReturnStep, now: number): TrunkTruth {
  return { ...truth, returning: { step, since: now, until: now + stepMs(truth) } };
}

const doubled = (ms: number, longestMs: number, { falls }: TrunkTruth): number =>
  Math.min(longestMs, ms * 2 ** Math.max(0, falls - 1));
const settleMs = (truth: TrunkTruth): number => doubled(SETTLE_MS, LONGEST_SETTLE_MS, truth);
const stepMs = (truth: TrunkTruth): number => doubled(STEP_MS, LONGEST_STEP_MS, truth);

const up = (truth: TrunkTruth): TrunkTruth => ({
  ...without(truth),
  base: 'up',
  wasUp: true,
  troubled: false,
});

/** It was never up since it came to be watched, nor in trouble before: this is no return. */
const isNew = ({ wasUp, troubled }: TrunkTruth): boolean => !wasUp && !troubled;

/** Counts a fall: out of 'up', or out of the steps back to it. */
function fallen(truth: TrunkTruth, before: TrunkTruth, now: number): TrunkTruth {
  if (isNew(before) && before.base !== 'degraded') return truth;
  if (before.base === 'unknown' || (before.base === 'degraded' && !before.returning))
    return { ...truth, troubled: true, falls: Math.max(1, truth.falls), lastFallAt: now };
  const recent = truth.lastFallAt !== undefined && now - truth.lastFallAt <= FORGET_MS;
  const falls = Math.min(MOST_FALLS, recent ? truth.falls + 1 : 1);
  return { ...truth, troubled: true, falls, lastFallAt: now };
}

function without({ returning: _, ...truth }: TrunkTruth): TrunkTruth {
  return truth;
}

/** Orders over it, and what has changed for others to see. */
function show(truth: TrunkTruth, judgement: Judgement, now: number, rules: TrunkRules): TrunkStep {
  const overlay = truth.base === 'down' ? undefined : overlayOf(truth, judgement, rules);
  const state = overlay ? 'draining' : truth.base;
  const because: readonly Weighed[] = overlay
    ? [overlay]
    : judgement.grounds.length > 0
      ? judgement.grounds
      : truth.because;
  if (state === truth.state)
    return { state: { ...truth, because: standing(truth, judgement, because) }, effects: [] };
  const lastedMs = Math.max(0, now - truth.since);
  return {
    state: { ...truth, state, since: now, because },
    effects: [{ do: 'changed', from: truth.state, to: state, because, lastedMs }],
  };
}

/** A trunk that is down stays so for what put it there, until it is tried again. */
const standing = (truth: TrunkTruth, { verdict }: Judgement, now: readonly Weighed[]): readonly Weighed[] =>
  truth.state === 'down' && verdict !== 'bad' ? truth.because : now;

/** When it takes all its calls again if everything stays good from now on; undefined while it has not begun to come back. */
export function fullAt(truth: TrunkTruth): number | undefined {
  if (!truth.returning) return undefined;
  const { step, until } = truth.returning;
  const left = { settling: 2, quarter: 1, half: 0, clearing: 0 }[step];
  return until + left * stepMs(truth);
}

/** Channels that it may be given calls on now: none while it is drained or down. */
export function usableChannels(truth: TrunkTruth, now: number, rules: TrunkRules): number {
  if (truth.state === 'down' || truth.state === 'draining') return 0;
  const open = openChannels(truth, now, rules);
  if (truth.base === 'degraded' && truth.returning?.step === 'quarter') return Math.ceil(open / 4);
  if (truth.base === 'degraded' && truth.returning?.step === 'half') return Math.ceil(open / 2);
  return open;
}
