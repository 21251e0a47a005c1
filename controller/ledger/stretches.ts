/** Which numbers of a stream are kept: everything up to `upto`, and stretches beyond it. Pure. */

/** From and to, both included. */
export type Stretch = readonly [from: number, to: number];

export interface Kept {
  /** The highest number up to which nothing is missing; 0 when even the first is. */
  readonly upto: number;
  /** Ascending, apart from each other and from `upto` by at least one missing number. */
  readonly beyond: readonly Stretch[];
}

export const NOTHING: Kept = { upto: 0, beyond: [] };

export function has(kept: Kept, seq: number): boolean {
  return seq <= kept.upto || kept.beyond.some(([from, to]) => from <= seq && seq <= to);
}

export function keep(kept: Kept, seq: number): Kept {
  if (has(kept, seq)) return kept;
  if (kept.beyond.length === 0 && seq === kept.upto + 1) return { upto: seq, beyond: [] };
  const joined: Stretch[] = [];
  let mine: Stretch = [seq, seq];
  for (const stretch of kept.beyond) {
    const touches = stretch[0] <= mine[1] + 1 && mine[0] <= stretch[1] + 1;
    if (touches) mine = [Math.min(mine[0], stretch[0]), Math.max(mine[1], stretch[1])];
    else joined.push(stretch);
  }
  const sorted = [...joined, mine].sort((a, b) => a[0] - b[0]);
  const [first, ...rest] = sorted;
  return first && first[0] <= kept.upto + 1
    ? { upto: first[1], beyond: rest }
    : { upto: kept.upto, beyond: sorted };
}

/** Without a stretch, which is to be taken in anew. */
export function without(kept: Kept, [from, to]: Stretch): Kept {
  const left: Stretch[] = [];
  for (const [first, last] of [[1, kept.upto] as const, ...kept.beyond]) {
    if (first <= Math.min(last, from - 1)) left.push([first, Math.min(last, from - 1)]);
    if (Math.max(first, to + 1) <= last) left.push([Math.max(first, to + 1), last]);
  }
  const [head, ...rest] = left;
  return head?.[0] === 1 ? { upto: head[1], beyond: rest } : { upto: 0, beyond: left };
}

/** The highest number that is kept. */
export function highest(kept: Kept): number {
  return kept.beyond.at(-1)?.[1] ?? kept.upto;
}

/** What is missing up to `newest`, ascending. */
export function missing(kept: Kept, newest: number): Stretch[] {
  const gaps: Stretch[] = [];
  let at = kept.upto + 1;
  for (const [from, to] of kept.beyond) {
    gaps.push([at, from - 1]);
    at = to + 1;
  }
  if (at <= newest) gaps.push([at, newest]);
  return gaps;
}

export function missingCount(kept: Kept, newest: number): number {
  return missing(kept, newest).reduce((sum, [from, to]) => sum + to - from + 1, 0);
}
