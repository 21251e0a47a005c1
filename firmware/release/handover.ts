/**
 * What the service and the root side of an update leave each other, a small file each. The service writes beneath its own data directory,
 * where root only reads; root writes beside the releases, where the service only reads. Neither believes more of the other than stands here.
 */
import { releaseVersion } from '@branchline/contracts/release';
import * as z from 'zod';

const v = z.literal(1);
/** Drawn anew for each wish and each start. */
const drawn = z.string().regex(/^[0-9a-f]{16}$/);

/** In the service's folder. */
export const SERVICE_FILES = {
  archive: 'archive',
  wish: 'wish',
  confirmed: 'confirmed',
  running: 'running',
} as const;

/** The service wants this version to run. */
export const wish = z.looseObject({ v, id: drawn, version: releaseVersion });
export type Wish = z.infer<typeof wish>;

/** This version has proved itself, says the service. */
export const confirmation = z.looseObject({ v, version: releaseVersion });

/** Written by each start of the service. */
export const start = z.looseObject({ v, version: releaseVersion, start: drawn });
export type ServiceStart = z.infer<typeof start>;

/** In root's folder, readable by everybody. */
export const ROOT_FILE = 'state.json';
/** Links there: what runs, and what root believes in; the latter's program is the one that judges. */
export const CURRENT = 'current';
export const GOOD = 'good';

export const rootState = z.looseObject({
  v,
  current: releaseVersion,
  /** Whether `current` has proved itself. */
  confirmed: z.boolean(),
  /** What ran before, whether it had proved itself; its folder is kept. */
  previous: z.looseObject({ version: releaseVersion, good: z.boolean() }).nullable(),
  /** The last wish that was dealt with. */
  wish: drawn.nullable(),
  /** Why that was not done. */
  refused: z.looseObject({ wish: drawn, detail: z.string() }).nullable(),
  /** What root itself went back from since it last switched to what was wished for. */
  wentBack: z.looseObject({ version: releaseVersion, because: z.string() }).nullable(),
  /** How often root began to watch `current` without coming to an end. */
  watches: z.int().min(0),
});
export type RootState = z.infer<typeof rootState>;

/** Of text that may be anything; undefined for what does not fit. */
export function read<S extends z.ZodType>(schema: S, text: string | undefined): z.infer<S> | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
