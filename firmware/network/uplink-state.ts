/**
 * One uplink: up, degraded or down, by its own probes and by what the machine says of its interface. An interface that cannot work is
 * down at once; one that works again is measured afresh before it counts as up. Pure.
 */
import type { NetworkLimits } from '@branchline/contracts/branch/network';
import type { LinkFault, PathCondition, UplinkCondition, UplinkHealth } from '@branchline/contracts/network';
import { newPath, pathStep, type Moment, type PathState } from './path.ts';

export interface UplinkState {
  readonly condition: UplinkCondition;
  /** Ms since 1970, and monotonic. */
  readonly since: number;
  readonly sinceMonotonic: number;
  readonly path: PathState;
  readonly fault: LinkFault | undefined;
}

export type UplinkEvent =
  /** There and back of whoever answered, ms; null when nobody did. */
  | { readonly type: 'probed'; readonly ms: number | null }
  | { readonly type: 'link'; readonly fault: LinkFault | undefined };

export interface UplinkChange {
  readonly do: 'changed';
  readonly from: UplinkCondition;
  readonly lastedMs: number;
}

export const newUplink = (at: Moment): UplinkState => ({
  ...{ condition: 'unknown', since: at.now, sinceMonotonic: at.monotonic },
  ...{ path: newPath(at), fault: undefined },
});

const OF_PATH: Record<PathCondition, UplinkCondition> = {
  unknown: 'unknown',
  good: 'up',
  poor: 'degraded',
  unreachable: 'down',
};

export function uplinkStep(
  before: UplinkState,
  event: UplinkEvent,
  at: Moment,
  limits: NetworkLimits,
): { readonly state: UplinkState; readonly effects: readonly UplinkChange[] } {
  const next = taken(before, event, at, limits);
  const condition = next.fault === undefined ? OF_PATH[next.path.condition] : 'down';
  if (condition === before.condition) return { state: { ...before, ...next }, effects: [] };
  return {
    state: { ...next, condition, since: at.now, sinceMonotonic: at.monotonic },
    effects: [{ do: 'changed', from: before.condition, lastedMs: at.monotonic - before.sinceMonotonic }],
  };
}

function taken(
  { path, fault }: UplinkState,
  event: UplinkEvent,
  at: Moment,
  limits: NetworkLimits,
): Pick<UplinkState, 'path' | 'fault'> {
  // A probe that was on its way while the cable was pulled says nothing.
  if (event.type === 'probed')
    return fault ? { path, fault } : { path: pathStep(path, event.ms, at, limits).state, fault };
  return { path: fault && !event.fault ? newPath(at) : path, fault: event.fault };
}

/** Why it is not up; null while it is, or nothing is known. */
export function becauseOf({ condition, path, fault }: UplinkState): UplinkHealth['because'] {
  if (fault !== undefined) return fault;
  if (condition === 'down') return 'no-answer';
  return path.because[0] ?? null;
}
