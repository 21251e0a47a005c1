/** The text of a document with a rollout's change in it, and the text without it again. Pure. */
import { changed, isSame, mergeOf, type Change } from '@branchline/contracts/branch/difference';
import type { Fault } from '@branchline/contracts/branch/faults';
import { isMapping } from '@branchline/contracts/branch/raw';
import type { RolloutChange } from '@branchline/contracts/fleet/rollouts';
import { rewritten, valueOf } from '../fleet/document-text.ts';

export type Patched =
  | { readonly ok: true; readonly source: string; readonly same: boolean }
  | { readonly ok: false; readonly fault: Fault };

/** With the change; `same` where the document has those values already. */
export function forwardText(source: string, change: RolloutChange & { kind: 'document' }): Patched {
  const value = valueOf(source);
  for (const { path } of change.set) {
    const at = notAMapping(value, path);
    if (at !== undefined) return { ok: false, fault: throughValue(at) };
  }
  const changes: Change[] = change.set.map(({ path, becomes }) => ({ path, becomes }));
  const wanted = changed(value, changes);
  if (isSame(value, wanted)) return { ok: true, source, same: true };
  return { ok: true, source: rewritten(source, wanted, changes), same: false };
}

/** What was changed since by somebody else stays: only what the rollout did is undone. */
export function backText(newest: string, carried: string, before: string): Patched {
  if (newest === carried) return { ok: true, source: before, same: false };
  const [base, here, theirs] = [carried, newest, before].map(valueOf);
  const { take } = mergeOf(base, here, theirs);
  if (take.length === 0) return { ok: true, source: newest, same: true };
  return { ok: true, source: rewritten(newest, changed(here, take), take), same: false };
}

/** The field on the way that has no fields beneath it: a list is one field. */
function notAMapping(value: unknown, path: readonly string[]): readonly string[] | undefined {
  let at = value;
  for (const [index, name] of path.entries()) {
    if (at === undefined || at === null) return undefined;
    if (!isMapping(at)) return path.slice(0, index);
    at = at[name];
  }
  return undefined;
}

const throughValue = (path: readonly string[]): Fault => ({
  code: 'not-one-of',
  path: path.join('.'),
  value: path.at(-1),
  expected: 'a field with fields beneath it; a list is set as a whole',
  severity: 'error',
});
