/** Puts together what keeps releases and has boxes fetch them. */
import { join } from 'node:path';
import type { Clock } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog, type Log } from '@branchline/runtime/log';
import { LOOPBACK_NAMES } from './brokering.ts';
import { brokerCertificate, type Authority } from './enrolment/authority.ts';
import { ReleaseDoor } from './releases/door.ts';
import { Releases } from './releases/releases.ts';
import type { Settings } from './settings.ts';
import { storePaths } from './store/open.ts';

export interface Releasing {
  readonly releases: Releases;
  /** Once it has started; nothing where headquarters keeps none. */
  readonly where: () => { readonly releasesPort?: number };
  readonly part: Part;
}

export async function makeReleasing(
  around: { readonly settings: Settings; readonly clock: Clock; readonly log: Log },
  {
    authority,
    enrolment,
  }: {
    readonly authority: Authority;
    readonly enrolment: { readonly standing: (box: string, fingerprint: string) => Promise<string> };
  },
): Promise<Releasing> {
  const { settings, clock } = around;
  const log = roomLog(around.log, 'releases');
  const names = [...new Set([...LOOPBACK_NAMES, ...settings.names])];
  const own = await brokerCertificate(authority, storePaths(settings.dataDir).identity, names, clock);
  const releases = new Releases({
    dir: join(settings.dataDir, 'releases'),
    keysDir: settings.releaseKeys,
    ...{ clock, log },
  });
  const door = new ReleaseDoor({
    ...{ log, releases, tenant: settings.tenant, listen: settings.releasesListen },
    tls: { ...own, ca: authority.cert },
    standing: (box, fingerprint) => enrolment.standing(box, fingerprint),
  });
  const part: Part = {
    name: 'releases',
    start: async () => {
      releases.load();
      // Nobody is to find a port open that nobody needs: without keys no release ever comes.
      if (settings.releaseKeys !== undefined) await door.open();
    },
    stop: () => door.close(),
  };
  const where = () => (settings.releaseKeys === undefined ? {} : { releasesPort: door.port });
  return { releases, where, part };
}
