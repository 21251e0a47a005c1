/** Puts together what keeps releases and has boxes fetch them. */
import { join } from 'node:path';
import type { Clock } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog, type Log } from '@branchline/runtime/log';
import { LOOPBACK_NAMES } from './brokering.ts';
import { brokerCertificate, type Authority } from './enrolment/authority.ts';
import type { Commands } from './commands/commands.ts';
import type { FleetBoard } from './fleet/board.ts';
import { ReleaseDoor } from './releases/door.ts';
import { ReleaseOrders } from './releases/orders.ts';
import { Releases } from './releases/releases.ts';
import type { Settings } from './settings.ts';
import { storePaths } from './store/open.ts';

export interface Releasing {
  readonly releases: Releases;
  readonly releaseOrders: ReleaseOrders;
  /** Once it has started; nothing where headquarters keeps none. */
  readonly where: () => { readonly releasesPort?: number };
  readonly part: Part;
}

export async function makeReleasing(
  around: { readonly settings: Settings; readonly clock: Clock; readonly log: Log },
  {
    authority,
    enrolment,
    commands,
    board,
  }: {
    readonly authority: Authority;
    readonly commands: Commands;
    readonly board: FleetBoard;
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
  const where = () => (door.port === undefined ? {} : { releasesPort: door.port });
  const releaseOrders = new ReleaseOrders({
    ...{ releases, commands, door },
    architectureOf: (box) => board.of(box)?.reported?.architecture,
    // A broker outside is no place of ours: boxes are told by which name headquarters itself is reached.
    host: settings.brokerUrl === undefined ? undefined : settings.names[0],
  });
  return { releases, releaseOrders, where, part };
}
