/** Whether this service is in a crash loop, by the starts that did not come to an orderly end. Pure. */

/** As it is kept on disk. Times are milliseconds since 1970. */
export interface Starts {
  /** Of each since the last orderly or quiet time, the oldest first. */
  readonly at: readonly number[];
  /** How often in a row it has come to safe mode: each time it stays longer. */
  readonly times: number;
  readonly safe?: SafeMode;
}

export interface SafeMode {
  readonly since: number;
  /** Then it tries again to do its work. */
  readonly until: number;
  /** So many starts brought it here. */
  readonly starts: number;
}

const MINUTE_MS = 60_000;
/** Starts in this time make a loop. */
export const LOOP_MS = 5 * MINUTE_MS;
/** One that has run for so long is no part of a loop. */
export const QUIET_MS = 10 * MINUTE_MS;
export const FIRST_SAFE_MS = 30 * MINUTE_MS;
const LONGEST_SAFE_MS = 480 * MINUTE_MS;

const NONE: Starts = { at: [], times: 0 };

/** The service starts. `most`: so many starts in a loop end in safe mode; 0 for never. */
export function started(kept: Starts = NONE, now: number, most: number): Starts {
  const { at, times, safe } = kept;
  if (most === 0) return NONE;
  // A clock that was put back must not keep anybody in safe mode for longer than was said.
  if (safe && now >= safe.since && now < safe.until) return { ...kept, at: [] };
  const recent = [...(safe ? [] : at.filter((each) => each <= now && now - each < LOOP_MS)), now];
  if (recent.length < most) return { at: recent, times };
  const stays = Math.min(FIRST_SAFE_MS * 2 ** times, LONGEST_SAFE_MS);
  return { at: [], times: times + 1, safe: { since: now, until: now + stays, starts: recent.length } };
}

/** It was told to end, and did: this start counts no more. */
export const endedInOrder = ({ at, ...kept }: Starts): Starts => ({ ...kept, at: at.slice(0, -1) });

/** It has done its work for QUIET_MS. */
export const settled = (): Starts => NONE;

/** A person has seen to it, or its time is over: the next start does its work. */
export const left = ({ times }: Starts): Starts => ({ at: [], times });
