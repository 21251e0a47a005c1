/** The visit of headquarters to this box's page put together. */
import type { Duplex } from 'node:stream';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { headquartersOf, identityDirOf } from './claiming.ts';
import { readIdentity } from './uplink/identity.ts';
import { PageVisit } from './uplink/page-visit.ts';

export function makeVisit(
  { settings, documents, wall, log }: Around,
  connect: (who: string) => Duplex | undefined,
): PageVisit {
  return new PageVisit({
    clock: wall,
    log: roomLog(log, 'uplink'),
    readIdentity: () => {
      const tenant = headquartersOf(settings)?.tenant ?? settings.tenant;
      return readIdentity({ identityDir: identityDirOf(settings), tenant, box: documents.branch.site.id });
    },
    host: () => headquartersOf(settings)?.host,
    connect,
  });
}
