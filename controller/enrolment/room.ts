/** The boxes' identities put together: claims, renewal, revocation, and who is let in. */
import { join } from 'node:path';
import type { Payload } from '@branchline/contracts/topics';
import type { Clock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import { inBackground } from '@branchline/runtime/background';
import { RequestLimit } from '@branchline/runtime/web/request-limit';
import type { BrokerPort } from '../broker/port.ts';
import type { FleetBoard } from '../fleet/board.ts';
import type { BranchDocuments } from '../fleet/documents.ts';
import type { Settings } from '../settings.ts';
import type { Boxes } from '../store/boxes.ts';
import type { Database } from '../store/database.ts';
import type { DocumentVersions } from '../store/document-versions.ts';
import { Identities } from '../store/identities.ts';
import { storePaths } from '../store/open.ts';
import type { Authority } from './authority.ts';
import { Claims } from './claims.ts';
import { Quarantine } from './quarantine.ts';
import { Renewal } from './renewal.ts';
import { Revocation } from './revocation.ts';
import { RevokedList } from './revoked-list.ts';

export interface EnrolmentParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Pick<Settings, 'tenant' | 'dataDir' | 'brokerUrl'>;
  readonly db: Database;
  readonly boxes: Boxes;
  readonly versions: DocumentVersions;
  readonly documents: BranchDocuments;
  readonly authority: Authority;
  readonly board: FleetBoard;
  /** Known once headquarters has been put together. */
  readonly broker: () => BrokerPort;
}

export type Enrolment = ReturnType<typeof makeEnrolment>;

/** A box asks every five seconds; a branch under one address may bring several. */
const REQUESTS_A_MINUTE = { perAddress: 240, inAll: 6_000 };

export function makeEnrolment({ db, boxes, broker, settings, ...parts }: EnrolmentParts) {
  const log = roomLog(parts.log, 'enrolment');
  const background = inBackground(log);
  const identities = new Identities(db, boxes);
  const drop = (box: string): void => broker().cut(box);
  const common = { ...parts, tenant: settings.tenant, log, identities };
  const quarantine = new Quarantine({ ...common, cut: drop });
  // The broker inside asks for each session.
  const list =
    settings.brokerUrl === undefined ? undefined : new RevokedList({ ...common, file: listFile(settings) });
  /** Whatever held the box's standing has changed. */
  const cut = (box: string): void => {
    background('quarantine', quarantine.show(box));
    if (list) background('list of revoked certificates', list.write());
    drop(box);
  };
  const claims = new Claims({ ...common, cut, broker: () => ({ host: broker().host, port: broker().port }) });
  const renewal = new Renewal({
    ...common,
    send: (box, payload) => broker().send(box, 'certificate', payload),
  });
  return {
    identities,
    claims,
    revocation: new Revocation({ ...common, cut }),
    requests: new RequestLimit(REQUESTS_A_MINUTE),
    load: async () => {
      await quarantine.load();
      await list?.write();
    },
    online: (box: string, said: Payload<'presence'>) => {
      background('quarantine', quarantine.online(box, said));
      background('renewal', renewal.online(box));
    },
    certificateWanted: renewal.asked.bind(renewal),
    standing: async (box: string, fingerprint: string) => {
      const standing = await identities.standing(box, fingerprint);
      if (standing === 'in-force') await identities.used(box, fingerprint);
      return standing;
    },
    standingOfName: identities.standingOfName.bind(identities),
  };
}

/** Where a broker outside finds whom not to let in. */
const listFile = ({ dataDir }: Pick<Settings, 'dataDir'>): string =>
  join(storePaths(dataDir).identity, 'revoked.crl');
