/** Whether the wall clock jumped: held against the monotonic clock, which never does. Pure. */

/** More than any time daemon's slewing, less than anybody would call correct, ms. */
const JUMP_MS = 5_000;
/** After so long without a jump the clock counts as settled, ms. */
const SETTLED_MS = 600_000;

export interface ClockState {
  /** Wall clock minus monotonic clock at the last look, ms. */
  readonly offset: number;
  /** Monotonic, ms. */
  readonly steadySince: number;
}

export interface ClockLook {
  readonly state: ClockState;
  /** How far it moved since the last look, forward positive; null when it did not. */
  readonly jumpedMs: number | null;
  readonly settled: boolean;
}

export function lookAtClock(before: ClockState | undefined, wall: number, monotonic: number): ClockLook {
  const offset = wall - monotonic;
  const moved = before ? offset - before.offset : 0;
  if (Math.abs(moved) >= JUMP_MS)
    return { state: { offset, steadySince: monotonic }, jumpedMs: Math.round(moved), settled: false };
  const steadySince = before?.steadySince ?? monotonic;
  return { state: { offset, steadySince }, jumpedMs: null, settled: monotonic - steadySince >= SETTLED_MS };
}
