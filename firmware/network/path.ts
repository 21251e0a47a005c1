/**
 * What the way to one far end is worth: good, poor or not to be reached, by its last probes, with room between coming and going so
 * that nothing flutters. Pure.
 */
import type { NetworkLimits } from '@branchline/contracts/branch/network';
import type { PathCondition, PathReason } from '@branchline/contracts/network';
import { figuresOf, withSample, type Figures, type Sample } from './window.ts';

/** Probes lost in a row that make a far end unreachable; and answered in a row that bring it back. */
export const LOST_IN_A_ROW = 3;
export const HEARD_IN_A_ROW = 3;
/** Fewer say too little to call a way poor. */
export const FEWEST = 5;
/** What was over its limit is so until it is below this part of it. */
const UNTIL = 0.8;

export interface PathState {
  readonly condition: PathCondition;
  /** Ms since 1970, and monotonic. */
  readonly since: number;
  readonly sinceMonotonic: number;
  readonly because: readonly PathReason[];
  readonly window: readonly Sample[];
  /** At the end of the window, lost and answered; one of them is 0. */
  readonly lost: number;
  readonly heard: number;
  /** Probes sent one soon after the other since the last calm one. */
  readonly quick: number;
}

export interface Moment {
  readonly now: number;
  readonly monotonic: number;
}

export interface PathChange {
  readonly do: 'changed';
  readonly from: PathCondition;
  readonly lastedMs: number;
}

export interface PathStep {
  readonly state: PathState;
  readonly effects: readonly PathChange[];
}

export const newPath = ({ now, monotonic }: Moment): PathState => ({
  ...{ condition: 'unknown', since: now, sinceMonotonic: monotonic },
  ...{ because: [], window: [], lost: 0, heard: 0, quick: 0 },
});

/** @param ms there and back; null when no answer came in time. */
export function pathStep(
  before: PathState,
  ms: number | null,
  moment: Moment,
  limits: NetworkLimits,
): PathStep {
  const lost = ms === null ? before.lost + 1 : 0;
  const heard = ms === null ? 0 : before.heard + 1;
  const back = before.condition === 'unreachable' && heard >= HEARD_IN_A_ROW;
  const whole = withSample(before.window, { at: moment.monotonic, ms });
  // Those lost while nothing could be reached say nothing of the way as it is again.
  const window = back ? whole.slice(-heard) : whole;
  const because = reasons(before.because, figuresOf(window), limits);
  const condition = conditionOf(before.condition, { lost, back, because, samples: window.length });
  const next = { ...before, window, lost, heard };
  const quick = isQuick(next, ms, limits, condition) ? before.quick + 1 : 0;
  const state = { ...next, because: condition === 'poor' ? because : [], quick };
  if (condition === before.condition) return { state, effects: [] };
  return {
    state: { ...state, condition, since: moment.now, sinceMonotonic: moment.monotonic, quick: 0 },
    effects: [{ do: 'changed', from: before.condition, lastedMs: moment.monotonic - before.sinceMonotonic }],
  };
}

interface Seen {
  readonly lost: number;
  readonly back: boolean;
  readonly because: readonly PathReason[];
  readonly samples: number;
}

function conditionOf(before: PathCondition, { lost, back, because, samples }: Seen): PathCondition {
  if (lost >= LOST_IN_A_ROW) return 'unreachable';
  if (before === 'unreachable') return back ? 'good' : 'unreachable';
  if (samples < FEWEST) return before;
  return because.length > 0 ? 'poor' : 'good';
}

function reasons(
  before: readonly PathReason[],
  { latencyMs, jitterMs, lossPercent }: Figures,
  limits: NetworkLimits,
): readonly PathReason[] {
  const over = (reason: PathReason, value: number | null, limit: number): PathReason[] =>
    value !== null && value > limit * (before.includes(reason) ? UNTIL : 1) ? [reason] : [];
  return [
    ...over('latency', latencyMs, limits.latencyMs),
    ...over('jitter', jitterMs, limits.jitterMs),
    ...over('loss', lossPercent, limits.lossPercent),
  ];
}

/** Between two probes of a way that is as it was, ms. What it costs on the wire is in docs/network.md. */
export const CALM_MS = 30_000;
/** After one that was lost; while too few are known or the last one speaks against the verdict; while nothing is reached, ms. */
const AFTER_LOSS_MS = 3_000;
const IN_DOUBT_MS = 5_000;
const UNREACHABLE_MS = 10_000;
/** A way that stays in doubt is not probed at the quick pace for ever. */
const MOST_QUICK = 24;

/** Ms until the next probe. */
export function pathPace({ condition, lost, quick, window }: PathState, calmMs = CALM_MS): number {
  if (condition === 'unreachable') return UNREACHABLE_MS;
  if (quick > MOST_QUICK) return calmMs;
  if (lost > 0) return AFTER_LOSS_MS;
  return quick > 0 || window.length < FEWEST ? IN_DOUBT_MS : calmMs;
}

function isQuick(
  { window, because }: PathState,
  ms: number | null,
  { latencyMs }: NetworkLimits,
  condition: PathCondition,
): boolean {
  if (condition === 'unreachable') return false;
  if (ms === null || window.length < FEWEST) return true;
  const isSlow = ms > latencyMs;
  return condition === 'poor' ? because.includes('latency') && !isSlow : isSlow;
}
