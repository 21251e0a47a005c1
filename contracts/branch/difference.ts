/**
 * What lies between two documents as they were written, field by field, and three of them brought together. A list is one field: which of
 * its items became which, nobody can tell. Pure.
 */
import { isMapping, mapping } from './raw.ts';

/** `was` is absent for a field that is new, `becomes` for one that is taken out. */
export interface Change {
  readonly path: readonly string[];
  readonly was?: unknown;
  readonly becomes?: unknown;
}

/** A field that two sides changed in different ways since `base`. */
export interface Conflict {
  readonly path: readonly string[];
  readonly base?: unknown;
  readonly here?: unknown;
  readonly theirs?: unknown;
}

export interface Merge {
  /** What is to be changed in `here`. */
  readonly take: readonly Change[];
  /** Fields that stay as they are here, until somebody decides. */
  readonly conflicts: readonly Conflict[];
}

/** Whether two values of a document say the same; the order of fields says nothing. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  if (!isMapping(one) || !isMapping(other)) return Object.is(one, other);
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

/** From `before` to `after`, in the order in which the fields stand there. */
export function differenceOf(before: unknown, after: unknown, path: readonly string[] = []): Change[] {
  if (isSame(before, after)) return [];
  if (isMapping(before) && isMapping(after))
    return namesOf(before, after).flatMap((name) => differenceOf(before[name], after[name], [...path, name]));
  return [changeOf(path, before, after)];
}

/** Brings to `here` what `theirs` changed since `base`. Where both changed a field, `here` stays, and it is a conflict. */
export function mergeOf(base: unknown, here: unknown, theirs: unknown, path: readonly string[] = []): Merge {
  if (isSame(here, theirs) || isSame(base, theirs)) return { take: [], conflicts: [] };
  if (isSame(base, here)) return { take: differenceOf(here, theirs, path), conflicts: [] };
  if (isMapping(here) && isMapping(theirs)) {
    const origin = mapping(base);
    const merges = namesOf(here, theirs).map((name) =>
      mergeOf(origin[name], here[name], theirs[name], [...path, name]),
    );
    return {
      take: merges.flatMap(({ take }) => take),
      conflicts: merges.flatMap(({ conflicts }) => conflicts),
    };
  }
  return { take: [], conflicts: [{ path, ...given({ base, here, theirs }) }] };
}

const namesOf = (one: object, other: object): string[] => [
  ...new Set([...Object.keys(one), ...Object.keys(other)]),
];

const changeOf = (path: readonly string[], was: unknown, becomes: unknown): Change => ({
  path,
  ...given({ was, becomes }),
});

const given = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The document with the changes made; the one that was given stays as it is. */
export function changed(document: unknown, changes: readonly Change[]): unknown {
  return changes.reduce((now, { path, becomes }) => set(now, path, becomes), document);
}

function set(at: unknown, [name, ...rest]: readonly string[], becomes: unknown): unknown {
  if (name === undefined) return becomes;
  const { [name]: was, ...others } = mapping(at);
  const value = set(was, rest, becomes);
  if (value === undefined) return others;
  // In its place, so that the order of fields stays as a person wrote it.
  if (was !== undefined) return { ...mapping(at), [name]: value };
  return { ...others, [name]: value };
}
