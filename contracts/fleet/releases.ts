/** A release on its way from headquarters to a box. */
import * as z from 'zod';
import { releaseManifest, releaseVersion } from '../release.ts';

/** Where the archive lies, at headquarters' listener for releases. */
export const releasePathOf = (release: { readonly version: string; readonly architecture: string }): string =>
  `/releases/${release.version}/${release.architecture}`;

/** How a box is to go about it. */
export const releaseTerms = {
  /** An older version is wanted, and knowingly. */
  back: z.boolean().default(false),
  /** quiet: the service is begun anew between 01:00 and 05:00 by the branch's clock. now: as soon as few calls are in progress. */
  when: z.enum(['quiet', 'now']).default('quiet'),
  /** It is fetched at most so fast, kbit/s: callers are heard over the same line. */
  kbitS: z.int().min(64).max(1_000_000).default(2_000),
  /** All that was well before must be well for so long without a break, s ... */
  wellForS: z.int().min(5).max(3_600).default(120),
  /** ... within so long of the start, s; else the box goes back by itself. */
  proveWithinS: z.int().min(10).max(3_600).default(600),
} as const;

const manifest = releaseManifest.shape;

/** A release as it is ordered. What it says of the archive is headquarters' word: the box goes by the signed manifest in the end. */
export const orderedRelease = z.strictObject({
  version: releaseVersion,
  architecture: manifest.architecture,
  engine: manifest.engine,
  schema: manifest.schema,
  oldestBack: manifest.oldestBack,
  bytes: z.int().min(1),
  unpackedBytes: z.int().min(0),
  ...releaseTerms,
  /** Of headquarters' listener for releases; without a host, that of the broker. */
  host: z.string().min(1).max(255).optional(),
  port: z.int().min(1).max(65_535),
});
export type OrderedRelease = z.output<typeof orderedRelease>;

/** Once it is under way it may take so much longer than it may wait, ms: to install, to prove itself, to go back. */
export const RELEASE_TAKES_MS = 5_400_000;
