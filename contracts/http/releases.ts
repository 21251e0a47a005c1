/** Releases of the boxes' software: kept at headquarters, given to boxes by order. */
import * as z from 'zod';
import { releaseManifest, releaseVersion } from '../release.ts';
import { COMMAND_WAITS_S } from '../fleet/commands.ts';
import { releaseTerms } from '../fleet/releases.ts';
import { sentCommand } from './commands.ts';
import { route } from './route.ts';

const manifest = releaseManifest.shape;
export const releaseArchitecture = manifest.architecture;
export type ReleaseArchitecture = z.infer<typeof releaseArchitecture>;

/** What headquarters keeps of a release beside its archive: what the signed manifest says, and who brought it. */
export const keptRelease = z.object({
  version: releaseVersion,
  architecture: releaseArchitecture,
  commit: manifest.commit,
  engine: manifest.engine,
  schema: manifest.schema,
  oldestBack: manifest.oldestBack,
  /** Of the archive, and of its files unpacked. */
  bytes: z.int().min(1),
  unpackedBytes: z.int().min(0),
  files: z.int().min(1),
  /** Of the archive. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Name of the key that signed it. */
  signer: z.string(),
  at: z.iso.datetime(),
  by: z.string(),
});
export type KeptRelease = z.infer<typeof keptRelease>;

export const releaseRoutes = {
  releases: route({
    method: 'get',
    path: '/api/releases',
    access: 'session',
    needs: 'look-all',
    says: 'the releases that headquarters can give to boxes, newest first',
    response: z.object({ releases: z.array(keptRelease) }),
  }),
  addRelease: route({
    method: 'post',
    path: '/api/releases',
    access: 'session',
    needs: 'own',
    says: 'have headquarters keep a release: the archive as it is, with Content-Type application/gzip; refused unless a known key signed it',
    takes: 'application/gzip',
    response: keptRelease,
  }),
  orderRelease: route({
    method: 'post',
    path: '/api/boxes/{box}/release',
    access: 'session',
    needs: 'act-all',
    says: 'have a box fetch a release, take it in a quiet hour and prove it; it goes back by itself when something is lost. The answer is a command, and so is what comes of it',
    body: z.strictObject({
      version: releaseVersion,
      /** Where the box has not said what it is, as one of an earlier release. */
      architecture: releaseArchitecture.optional(),
      ...releaseTerms,
      /** So long the box may take until it switches, s. */
      withinS: z.int().min(COMMAND_WAITS_S.least).max(COMMAND_WAITS_S.most).default(COMMAND_WAITS_S.most),
    }),
    response: sentCommand,
  }),
  dropRelease: route({
    method: 'delete',
    path: '/api/releases/{version}/{architecture}',
    access: 'session',
    needs: 'own',
    says: 'keep a release no longer; boxes that run it go on with it',
    response: z.object({ ok: z.literal(true) }),
  }),
} as const;
