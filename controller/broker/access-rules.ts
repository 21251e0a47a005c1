/** Who may connect, publish and subscribe: exactly what contracts/topics.ts says, beneath the box's own name. Pure. */
import { leaves, parseTopic, topicOf, topics, TOPIC_NAME, type Leaf } from '@branchline/contracts/topics';

export interface Identity {
  readonly tenant: string;
  readonly box: string;
}

/** The subject of a client certificate as TLS tells it: a name that occurs twice comes as a list. */
export interface CertificateSubject {
  readonly O?: string | string[] | undefined;
  readonly CN?: string | string[] | undefined;
}

/** The box that a certificate names; undefined for a name of another tenant, or one that no topic could carry. */
export function identityOf(subject: CertificateSubject | undefined, tenant: string): Identity | undefined {
  const { O: owner, CN: box } = subject ?? {};
  if (owner !== tenant || typeof box !== 'string' || !TOPIC_NAME.test(box)) return undefined;
  return { tenant, box };
}

export interface Publication {
  readonly topic: string;
  readonly qos: number;
  readonly retain: boolean;
}

/** The leaf that the box may publish so, or undefined: refuse. Holds for wills too. */
export function mayPublish(identity: Identity, publication: Publication): Leaf | undefined {
  const parsed = parseTopic(publication.topic);
  if (!parsed || parsed.tenant !== identity.tenant || parsed.box !== identity.box) return undefined;
  const topic = topics[parsed.leaf];
  if (topic.direction !== 'up' || publication.qos > 1) return undefined;
  if (publication.retain && !topic.retain) return undefined;
  return parsed.leaf;
}

/** Why a box is let in for less than everything. */
export type Restriction = 'late' | 'quarantined';

/** late: its certificate has ended, and it may ask for the next one. quarantined: two boxes bear its name, and neither is believed. */
const LEFT: Readonly<Record<Restriction, readonly Leaf[]>> = {
  late: ['presence', 'certificate-request'],
  quarantined: ['presence'],
};

/** Whether what it publishes on this leaf is taken in. */
export const isTakenIn = (leaf: Leaf, restriction: Restriction | undefined): boolean =>
  restriction === undefined || LEFT[restriction].includes(leaf);

/** A box subscribes to its own 'down' topics, each by its full name; anything with a wildcard or a prefix is refused. */
export function maySubscribe(identity: Identity, filter: string): boolean {
  return leaves.some(
    (leaf) => topics[leaf].direction === 'down' && filter === topicOf(identity.tenant, identity.box, leaf),
  );
}
