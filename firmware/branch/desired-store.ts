/** What a box knows of headquarters' documents, on disk: one file, wholly old or wholly new, so that a restart finds one truth. */
import { join } from 'node:path';
import {
  desired,
  BACK_BECAUSE,
  fieldConflict,
  revision,
  wireFault,
} from '@branchline/contracts/fleet/documents';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import * as z from 'zod';
import { NOTHING_YET, type State } from './desired-core.ts';

const text = z.object({ revision, source: z.string() });
const names = z.array(z.string());
const because = z.enum(BACK_BECAUSE);
const state = z.object({
  v: z.literal(1),
  seen: z.object({ version: z.int(), revision }).nullable(),
  common: text.extend({ version: z.int() }).nullable(),
  outcome: z
    .object({
      state: z.enum(['confirmed', 'refused', 'reverted']),
      at: z.number(),
      because: because.optional(),
      faults: z.array(wireFault).optional(),
      conflicts: z.array(fieldConflict).optional(),
    })
    .nullable(),
  trial: z
    .object({
      desired,
      before: text,
      target: text,
      conflicts: z.array(fieldConflict),
      up: z.object({ trunks: names, phones: names }),
      phase: z.enum(['applying', 'watching', 'reverting']),
      because: because.optional(),
      begunAt: z.number(),
      until: z.number(),
      heard: z.boolean(),
    })
    .nullable(),
  next: desired.nullable(),
});

export interface DesiredStore {
  read(): State;
  /** @throws what the file system throws */
  write(state: State): void;
}

/** `onDamage` is told of a file that cannot be understood; the box then knows nothing, and keeps the document in force. */
export function desiredStore(dataDir: string, onDamage: (error: unknown) => void): DesiredStore {
  const path = join(dataDir, 'headquarters-documents.json');
  return {
    read() {
      const kept = readIfThere(path);
      if (kept === undefined) return NOTHING_YET;
      try {
        const { v: _, ...found } = state.parse(JSON.parse(kept));
        return found as State;
      } catch (error) {
        onDamage(error);
        return NOTHING_YET;
      }
    },
    write: (now) => writeFileAtomic(path, JSON.stringify({ v: 1, ...now }), 0o640),
  };
}
