/** The boxes' identities put together: claims, renewal, revocation, and who is let in. */
import type { Clock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import type { Db } from '@branchline/runtime/sqlite';
import { RequestLimit } from '@branchline/runtime/web/request-limit';
import type { Broker } from '../broker/broker.ts';
import type { BranchDocuments } from '../fleet/documents.ts';
import type { Boxes } from '../store/boxes.ts';
import type { DocumentVersions } from '../store/document-versions.ts';
import { Identities } from '../store/identities.ts';
import type { Authority } from './authority.ts';
import { Claims } from './claims.ts';
import { Renewal } from './renewal.ts';
import { Revocation } from './revocation.ts';

export interface EnrolmentParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: { readonly tenant: string };
  readonly db: Db;
  readonly boxes: Boxes;
  readonly versions: DocumentVersions;
  readonly documents: BranchDocuments;
  readonly authority: Authority;
  /** Known once headquarters has been put together. */
  readonly broker: () => Broker;
}

export type Enrolment = ReturnType<typeof makeEnrolment>;

/** A box asks every five seconds; a branch under one address may bring several. */
const REQUESTS_A_MINUTE = { perAddress: 240, inAll: 6_000 };

export function makeEnrolment({ db, boxes, broker, settings, ...parts }: EnrolmentParts) {
  const log = roomLog(parts.log, 'enrolment');
  const identities = new Identities(db, boxes);
  const cut = (box: string): void => broker().cut(box);
  const common = { ...parts, tenant: settings.tenant, log, identities };
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
    online: (box: string) => renewal.online(box),
    certificateWanted: renewal.asked.bind(renewal),
    standing: (box: string, fingerprint: string) => {
      const standing = identities.standing(box, fingerprint);
      if (standing === 'in-force') identities.used(box, fingerprint);
      return standing;
    },
  };
}
