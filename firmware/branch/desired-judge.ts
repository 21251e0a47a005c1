/** Whether a document of headquarters can be put in force here, and how it reads once it is brought together with what was changed at the box. Pure. */
import type { Fault } from '@branchline/contracts/branch/faults';
import {
  changed,
  isSame,
  mergeOf,
  type Change,
  type Conflict,
} from '@branchline/contracts/branch/difference';
import { LARGEST_DOCUMENT_BYTES, type Desired } from '@branchline/contracts/fleet/documents';
import { asYaml, changeYaml, readYaml } from '@branchline/runtime/yaml-text';
import type { Text, Up, Verdict } from './desired-core.ts';
import type { Checked } from './document.ts';
import { revisionOf } from './documents-kept.ts';

export interface Here {
  readonly inForce: Text;
  readonly common: Text | null;
  readonly up: Up;
  /** As a document is checked before it is taken. */
  readonly check: (source: string) => Checked;
}

export function judge(desired: Desired, here: Here): Verdict {
  const damaged = damageOf(desired);
  if (damaged) return refused([damaged]);
  const own = here.check(desired.source);
  if (!own.ok) return refused(own.faults);
  const { source, conflicts } = broughtTogether(desired, here);
  const checked = source === desired.source ? own : here.check(source);
  if (!checked.ok) return refused(checked.faults);
  const { trunks, phones } = checked.document.branch;
  const stillIn = (names: readonly string[], there: object): string[] =>
    names.filter((name) => Object.hasOwn(there, name));
  return {
    ok: true,
    target: { source, revision: revisionOf(source) },
    conflicts,
    up: { trunks: stillIn(here.up.trunks, trunks), phones: stillIn(here.up.phones, phones) },
  };
}

function damageOf({ source, revision }: Desired): Fault | undefined {
  const bytes = Buffer.byteLength(source);
  if (bytes > LARGEST_DOCUMENT_BYTES)
    return notOne(`${bytes} bytes`, `a document of at most ${LARGEST_DOCUMENT_BYTES} bytes`);
  const own = revisionOf(source);
  return own === revision
    ? undefined
    : notOne(`a text of revision ${own}`, `the text of revision ${revision}: send the document again`);
}

const notOne = (value: string, expected: string): Fault => ({
  code: 'not-a-document',
  path: '',
  value,
  expected,
  severity: 'error',
});

const MOST_FAULTS = 100;
const refused = (faults: readonly Fault[]): Verdict => ({
  ok: false,
  faults: faults.slice(0, MOST_FAULTS).map((fault) => ({ ...fault })),
});

/** Headquarters' own text, unless something was changed here since both had the same: then the box's, with what headquarters changed. */
function broughtTogether(
  { source, overwrite, base: takenUp }: Desired,
  { inForce, common: agreed }: Here,
): { source: string; conflicts: readonly Conflict[] } {
  const common = takenUp ? { revision: takenUp.revision, source: takenUp.source ?? source } : agreed;
  const whole = { source, conflicts: [] };
  if (overwrite || !common || inForce.revision === common.revision) return whole;
  const [base, mine, theirs] = [common.source, inForce.source, source].map(valueOf);
  const { take, conflicts } = mergeOf(base, mine, theirs);
  const merged = changed(mine, take);
  if (isSame(merged, theirs)) return whole;
  return { source: take.length === 0 ? inForce.source : written(inForce.source, take, merged), conflicts };
}

/** With the remarks of whoever wrote it, where the text lets itself be changed so. */
function written(text: string, changes: readonly Change[], wanted: unknown): string {
  try {
    const edited = changeYaml(text, changes);
    if (isSame(valueOf(edited), wanted)) return edited;
  } catch {
    // A field beneath an alias, for one, cannot be changed in its place.
  }
  return asYaml(wanted);
}

/** The document as plain values, or nothing where it is no document. */
export function valueOf(text: string): unknown {
  const read = readYaml(text);
  return read.ok ? read.value : undefined;
}
