import { z } from 'zod';

/**
 * A path inside a release: relative, of plain names joined by '/', at most 240 characters. No name starts with two dots, none is
 * empty, and there is no backslash, so that no path leads out of the folder that the release is unpacked in.
 */
export const releasePath = z
  .string()
  .max(240)
  .regex(
    /^(?!.*(^|\/)\.{1,2}(\/|$))[A-Za-z0-9@._+~,()[\]-]+(\/[A-Za-z0-9@._+~,()[\]-]+)*$/,
    'a relative path of plain names, without "..", "//" and blanks',
  );

/** A release's version: three numbers. */
export const releaseVersion = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'three numbers, such as 1.4.0');

export const releaseFile = z.object({
  path: releasePath,
  /** In bytes; 512 MiB at most. */
  bytes: z.number().int().min(0).max(536_870_912),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
  program: z.boolean(),
});

/** A number for each database: of a box's ledger, of headquarters, of the passwords and sessions of either. */
const schemas = z.object({
  box: z.number().int().min(1),
  hq: z.number().int().min(1),
  access: z.number().int().min(1),
});

/**
 * What a release says of itself, in the archive's first member. It is what is signed: a file is trusted for its sha256 here, and
 * for nothing else. Fields that a reader does not know are ignored.
 */
export const releaseManifest = z
  .object({
    v: z.literal(1),
    version: releaseVersion,
    /** Of the source, by Git. */
    commit: z.string().regex(/^[0-9a-f]{40}$/, '40 hexadecimal digits'),
    architecture: z.enum(['x64', 'arm64']),
    /** The oldest call engine that it goes with. */
    engine: releaseVersion,
    /** Number of the last migration of each database. */
    schema: schemas,
    /** The oldest schema of each whose programs can go on with the data as this release leaves it. */
    oldestBack: schemas,
    /** In the order of the archive, which is that of their paths' bytes. */
    files: z.array(releaseFile).min(1).max(20_000),
  })
  .superRefine((manifest, context) => {
    for (const each of ['box', 'hq', 'access'] as const)
      if (manifest.oldestBack[each] > manifest.schema[each])
        context.addIssue({
          code: 'custom',
          path: ['oldestBack', each],
          message: `at most ${manifest.schema[each]}, which is this release's own schema`,
        });
    for (const [at, file] of manifest.files.entries()) {
      const before = manifest.files[at - 1];
      if (before && before.path >= file.path)
        context.addIssue({
          code: 'custom',
          path: ['files', at, 'path'],
          message: 'sorted, and each path once',
        });
    }
  });

export type ReleaseManifest = z.infer<typeof releaseManifest>;

/** In bytes: of an archive, and of its files together; some ten times what one has. */
export const LARGEST_RELEASE = { archive: 536_870_912, unpacked: 2_147_483_648 } as const;

/** @throws when the text is no manifest */
export const manifestOfText = (text: string): ReleaseManifest => releaseManifest.parse(JSON.parse(text));

/** Of a release, what decides whether another may follow it. */
export type ReleaseSchemas = Pick<ReleaseManifest, 'schema' | 'oldestBack'>;

/**
 * Which database of a box keeps the release `to` from going on with data that `from` has written; undefined when both may. A
 * newer schema than the data's is no hindrance: the release takes its own steps at its start.
 */
export function hindrance(from: ReleaseSchemas, to: ReleaseSchemas): 'box' | 'access' | undefined {
  return (['box', 'access'] as const).find((of) => from.oldestBack[of] > to.schema[of]);
}

/** Negative when `a` is the older version, 0 when they are the same. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (const [at, part] of left.entries()) {
    const other = right[at] ?? 0;
    if (part !== other) return part - other;
  }
  return 0;
}
