/** Which stand-ins of a host are to be there. Pure. */

export interface Wanted {
  readonly branch: string;
  /** In doubt, or moved: it is needed whatever else is. */
  readonly needed: boolean;
}

/** Those that are needed, then as many of the others as the host has room for, in the order of their names. */
export function toRun(wanted: readonly Wanted[], most: number): ReadonlySet<string> {
  const byName = wanted.toSorted((a, b) => a.branch.localeCompare(b.branch));
  const inOrder = [...byName.filter(({ needed }) => needed), ...byName.filter(({ needed }) => !needed)];
  return new Set(inOrder.slice(0, most).map(({ branch }) => branch));
}
