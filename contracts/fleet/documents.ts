/** A branch's document between headquarters and its box: what is asked for, what became of it, and how far the two are apart. */
import * as z from 'zod';
import type { Change } from '../branch/difference.ts';

const v1 = z.literal(1);

/** In bytes of UTF-8: a report holds it twice, with what differs beside it, and still fits one message. */
export const LARGEST_DOCUMENT_BYTES = 80 * 1024;

/** How long a new document is watched before it stays, s. */
export const CONFIRM_WITHIN_S = { least: 10, most: 3600, usual: 120 } as const;

/** SHA-256 of a document as a person wrote it, hex. */
export const revision = z.string().regex(/^[0-9a-f]{64}$/);

export const fieldChange = z.looseObject({
  path: z.array(z.string()),
  was: z.unknown().optional(),
  becomes: z.unknown().optional(),
});

export const fieldConflict = z.looseObject({
  path: z.array(z.string()),
  base: z.unknown().optional(),
  here: z.unknown().optional(),
  theirs: z.unknown().optional(),
});

/** As contracts/branch/faults.ts has them; a code of a later release passes. */
export const wireFault = z.looseObject({
  code: z.string(),
  path: z.string(),
  value: z.unknown().optional(),
  expected: z.string(),
  severity: z.enum(['error', 'warning']),
});

/** A version of a branch's document, for its one box. */
export const desired = z.looseObject({
  v: v1,
  version: z.int().min(1),
  revision,
  /** The document as a person wrote it, YAML or JSON. */
  source: z.string().min(1),
  /** How long the box watches before the document stays. */
  confirmWithinS: z.int().min(CONFIRM_WITHIN_S.least).max(CONFIRM_WITHIN_S.most),
  /** What was changed at the box since the last common version is put aside, not brought together with this one. */
  overwrite: z.boolean(),
  /**
   * The document at the box that this version goes back to, where it was taken up from there and the two had nothing newer in common: what was
   * changed at the box since it was taken up stays. `source` is left out where it is this version's own.
   */
  base: z.looseObject({ revision, source: z.string().min(1).optional() }).optional(),
  author: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
});
export type Desired = z.infer<typeof desired>;

export const BACK_BECAUSE = ['headquarters-lost', 'trunks-lost', 'phones-lost', 'not-written'] as const;

/** What became of the document that headquarters asked for. */
export const desiredState = z.looseObject({
  /** The newest version taken in hand, and its revision: two documents may have borne one number. */
  seen: z.looseObject({ version: z.int().min(1), revision }).nullable(),
  /** The version that both sides last had in common, 0 for none. */
  common: z.int().min(0),
  /** Of the version in `seen`. `none`: headquarters never asked. */
  state: z.enum(['none', 'trying', 'confirmed', 'refused', 'reverted']),
  at: z.iso.datetime().nullable(),
  /** While trying: when it is decided at the latest. */
  until: z.iso.datetime().optional(),
  /** Why the box went back by itself. */
  because: z.enum(BACK_BECAUSE).optional(),
  /** Why it was refused. */
  faults: z.array(wireFault).max(100).optional(),
  /** Fields in which a change at the box stood against the version asked for; the box's own is in force. */
  conflicts: z.array(fieldConflict).max(50).optional(),
  /** Fields in which the document in force is not the common version. */
  drift: z.array(fieldChange).max(50).optional(),
});
export type DesiredState = z.infer<typeof desiredState>;

/** Headquarters has taken in what the box reported: the box that tries a document knows by it that it is heard. */
export const reportedAck = z.looseObject({ v: v1, revision });

/**
 * none: headquarters has no document of this branch. waiting: the box has not taken the newest version in hand. trying: it watches whether
 * all goes well. drift: the box's document was changed there. conflict: changed there and here, in the same fields.
 */
export const STANDINGS = [
  'none',
  'waiting',
  'trying',
  'in-step',
  'drift',
  'conflict',
  'refused',
  'reverted',
] as const;
export type Standing = (typeof STANDINGS)[number];

export interface Version {
  readonly version: number;
  readonly revision: string;
}

/** How a box stands to the newest version at headquarters. Pure. */
export function standingOf(
  newest: Version | undefined,
  reported: { readonly revision: string; readonly desired?: DesiredState | undefined } | null,
): Standing {
  if (!newest) return 'none';
  const state = reported?.desired;
  if (!reported || !state?.seen) return reported?.revision === newest.revision ? 'in-step' : 'waiting';
  if (state.seen.version !== newest.version || state.seen.revision !== newest.revision) return 'waiting';
  if (state.state !== 'confirmed') return state.state === 'none' ? 'waiting' : state.state;
  if (reported.revision === newest.revision) return 'in-step';
  return (state.conflicts?.length ?? 0) > 0 ? 'conflict' : 'drift';
}

/** What a change touches: the sections of the document, and in each the names beneath it. */
export interface Touched {
  readonly section: string;
  readonly names: readonly string[];
}

export function touchedBy(changes: readonly Change[]): Touched[] {
  const sections = new Map<string, Set<string>>();
  for (const { path } of changes) {
    const [section = '', name] = path;
    const names = sections.get(section) ?? new Set<string>();
    if (name !== undefined) names.add(name);
    sections.set(section, names);
  }
  return [...sections].map(([section, names]) => ({ section, names: [...names] }));
}
