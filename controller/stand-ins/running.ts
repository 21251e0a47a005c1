/** Which stand-ins of a host are to be there. Pure. */

export interface Wanted {
  readonly branch: string;
  /** It answers for its branch, is about to, or has calls: it is not ended for another. */
  readonly held: boolean;
  /** Its branch is in doubt, or is to be moved. */
  readonly needed: boolean;
  /** Since when its branch is as it is, ms since 1970. */
  readonly since: number;
  /** Its programs run. */
  readonly there: boolean;
}

/**
 * Those that are held, then those that are needed, then as many of the others as the host has room for. Among equals those that are there
 * come first, as a start takes seconds in which the branch has nobody; then whose need is the oldest; then by name.
 */
export function toRun(wanted: readonly Wanted[], most: number): ReadonlySet<string> {
  const inOrder = wanted.toSorted(
    (a, b) => rank(a) - rank(b) || (a.needed ? a.since - b.since : 0) || (a.branch < b.branch ? -1 : 1),
  );
  return new Set(inOrder.filter(({ held }, index) => held || index < most).map(({ branch }) => branch));
}

function rank({ held, needed, there }: Wanted): number {
  if (held) return 0;
  return (needed ? 1 : 3) + (there ? 0 : 1);
}
