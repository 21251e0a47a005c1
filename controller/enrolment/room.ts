/** The boxes' identities put together: claims, renewal, revocation, and who is let in. */
import type { Payload } from '@branchline/contracts/topics';
import type { Clock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import { inBackground } from '@branchline/runtime/background';
import { RequestLimit } from '@branchline/runtime/web/request-limit';
import type { Broker } from '../broker/broker.ts';
import type { FleetBoard } from '../fleet/board.ts';
import type { BranchDocuments } from '../fleet/documents.ts';
import type { Boxes } from '../store/boxes.ts';
import type { Database } from '../store/database.ts';
import type { DocumentVersions } from '../store/document-versions.ts';
import { Identities } from '../store/identities.ts';
import type { Authority } from './authority.ts';
import { Claims } from './claims.ts';
import { Quarantine } from './quarantine.ts';
import { Renewal } from './renewal.ts';
import { Revocation } from './revocation.ts';

export interface EnrolmentParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: { readonly tenant: string };
  readonly db: Database;
  readonly boxes: Boxes;
  readonly versions: DocumentVersions;
  readonly documents: BranchDocuments;
  readonly authority: Authority;
  readonly board: FleetBoard;
  /** Known once headquarters has been put together. */
  readonly broker: () => Broker;
  /** Ends whatever the box has open here. */
  readonly drop: (box: string) => void;
}

export type Enrolment = ReturnType<typeof makeEnrolment>;

/** A box asks every five seconds; a branch under one address may bring several. */
const REQUESTS_A_MINUTE = { perAddress: 240, inAll: 6_000 };

export function makeEnrolment({ db, boxes, broker, settings, drop, ...parts }: EnrolmentParts) {
  const log = roomLog(parts.log, 'enrolment');
  const background = inBackground(log);
  const identities = new Identities(db, boxes);
  const common = { ...parts, tenant: settings.tenant, log, identities };
  const quarantine = new Quarantine({ ...common, cut: drop });
  /** Whatever held the box's standing has changed. */
  const cut = (box: string): void => {
    background('quarantine', quarantine.show(box));
    drop(box);
  };
  const claims = new Claims({ ...common, cut, broker: () => ({ host: null, port: broker().port }) });
  const renewal = new Renewal({
    ...common,
    send: (box, payload) => broker().send(box, 'certificate', payload),
  });
  return {
    identities,
    claims,
    revocation: new Revocation({ ...common, cut }),
    requests: new RequestLimit(REQUESTS_A_MINUTE),
    load: () => quarantine.load(),
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
  };
}
