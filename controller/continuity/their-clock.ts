/** What a box's clock shows, by what was heard of it. Pure. */

export interface ClockHeard {
  /** By how much it was ahead of headquarters' with the last word on its health, ms. */
  readonly aheadMs: number | null;
  /** Its last report: by its own clock, and by headquarters' when it came, ms since 1970. Kept over a start of headquarters. */
  readonly reported: { readonly at: string } | null;
  readonly reportedAt: number | null;
}

/** Ms since 1970. Of a box that was never heard of, headquarters' own. */
export function theirNow(heard: ClockHeard | undefined, now: number): number {
  if (!heard) return now;
  const { aheadMs, reported, reportedAt } = heard;
  const told = reported && reportedAt !== null ? Date.parse(reported.at) - reportedAt : 0;
  return now + (aheadMs ?? told);
}
