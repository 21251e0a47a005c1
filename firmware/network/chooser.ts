/**
 * Which uplink is used. It is left when it is down, or when it is degraded and a better one is there; it is taken back when it has been
 * well for the document's time, and for longer each time that it did not stay well. Between two changes lies a hold, whatever happens:
 * calls stand a short silence better than a way that turns under them again and again. Pure.
 */
import type { SwitchReason, UplinkCondition } from '@branchline/contracts/network';

export interface Candidate {
  readonly name: string;
  readonly condition: UplinkCondition;
  /** Monotonic, ms. */
  readonly sinceMonotonic: number;
}

export interface Choice {
  readonly used: string | undefined;
  /** Monotonic, ms; of the last change. */
  readonly changedAt: number;
  /** When it was last gone back to, and how often in a row that did not last. */
  readonly backAt: number;
  readonly setbacks: number;
}

export interface Change {
  readonly do: 'use';
  readonly uplink: string;
  readonly from: string | undefined;
  readonly because: SwitchReason;
}

export const noChoice = (used?: string): Choice => ({
  ...{ used, changedAt: -Infinity },
  ...{ backAt: -Infinity, setbacks: 0 },
});

/** Never two changes within it, ms. */
export const HOLD_MS = 30_000;
/** So long the one in use must have been degraded, and the other up, ms. */
export const DEGRADED_MS = 60_000;
/** One that was gone back to and fails within so long did not stay well, ms. */
const RELAPSE_MS = 900_000;
const LONGEST_WAY_BACK_MS = 3_600_000;

/** @param candidates the one to be preferred first. */
export function choose(
  before: Choice,
  candidates: readonly Candidate[],
  now: number,
  wayBackMs: number,
): { readonly state: Choice; readonly effects: readonly Change[] } {
  const found = now - before.changedAt < HOLD_MS ? undefined : wanted(before, candidates, now, wayBackMs);
  if (!found || found.uplink === before.used) return { state: before, effects: [] };
  const { uplink, because } = found;
  return {
    state: {
      ...{ used: uplink, changedAt: now },
      backAt: because === 'preferred' ? now : before.backAt,
      setbacks: because === 'preferred' ? before.setbacks : setbacks(before, now),
    },
    effects: [{ do: 'use', uplink, from: before.used, because }],
  };
}

function setbacks({ backAt, setbacks: known }: Choice, now: number): number {
  return now - backAt < RELAPSE_MS ? known + 1 : 0;
}

function wanted(
  choice: Choice,
  candidates: readonly Candidate[],
  now: number,
  wayBackMs: number,
): { uplink: string; because: SwitchReason } | undefined {
  const used = candidates.find(({ name }) => name === choice.used);
  const best = firstThatIs('up', candidates) ?? firstThatIs('degraded', candidates);
  if (!used) {
    const first = best ?? candidates[0];
    return first && { uplink: first.name, because: 'first' };
  }
  const forMs = ({ sinceMonotonic }: Candidate): number => now - sinceMonotonic;
  const to = (one: Candidate | undefined, because: SwitchReason) => one && { uplink: one.name, because };
  if (used.condition === 'down') return to(best, 'down');
  const up = candidates.filter(({ condition }) => condition === 'up');
  if (used.condition === 'degraded' && forMs(used) >= DEGRADED_MS)
    return to(
      up.find((one) => forMs(one) >= DEGRADED_MS),
      'degraded',
    );
  if (used.condition !== 'up') return undefined;
  const holdMs = Math.min(wayBackMs * 2 ** choice.setbacks, Math.max(wayBackMs, LONGEST_WAY_BACK_MS));
  const preferred = candidates.slice(0, candidates.indexOf(used));
  return to(
    preferred.find((one) => one.condition === 'up' && forMs(one) >= holdMs),
    'preferred',
  );
}

const firstThatIs = (condition: UplinkCondition, candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.find((one) => one.condition === condition);
