/** Which stand-ins of a host are to be there. Pure. */

export interface Wanted {
  readonly branch: string;
  /** It answers its branch's calls now. */
  readonly answers: boolean;
  /** Its branch is in doubt, or is to be moved: since then, ms since 1970; null while the box is well. */
  readonly neededSince: number | null;
}

/**
 * Those that answer, whatever the host has room for: nobody's calls end for another branch. Then who is needed, the longest first, and then as
 * many of the others as there is room for, in the order of their names: these are what is shed first.
 */
export function toRun(wanted: readonly Wanted[], most: number): ReadonlySet<string> {
  const answering = wanted.filter(({ answers }) => answers);
  const inOrder = wanted
    .filter(({ answers }) => !answers)
    .toSorted(
      (a, b) => (a.neededSince ?? Infinity) - (b.neededSince ?? Infinity) || a.branch.localeCompare(b.branch),
    );
  const room = Math.max(0, most - answering.length);
  return new Set([...answering, ...inOrder.slice(0, room)].map(({ branch }) => branch));
}
