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
    schema: z.object({ box: z.number().int().min(1), hq: z.number().int().min(1) }),
    /** In the order of the archive, which is that of their paths' bytes. */
    files: z.array(releaseFile).min(1).max(20_000),
  })
  .superRefine((manifest, context) => {
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
