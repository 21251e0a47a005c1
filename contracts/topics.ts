/**
 * Everything that travels between a box and headquarters: one entry a topic, with schema, direction, QoS and retain.
 * Topics are `branchline/v1/{tenant}/{box}/{leaf}`, spoken as MQTT 3.1.1. A box may publish the leaves marked 'up' and
 * subscribe to those marked 'down', beneath its own name and nowhere else.
 */
import * as z from 'zod';
import { bundleAck, bundleChunk, command, commandResult } from './fleet/commands.ts';
import { certificateGiven, certificateRequest } from './enrolment.ts';
import { leaseAsk, leaseRenewed, leaseSays, leaseTold } from './continuity-wire.ts';
import { desired, desiredState, reportedAck } from './fleet/documents.ts';
import { healthReport } from './health.ts';
import { ledgerCompare, ledgerDigest } from './ledger-digest.ts';
import { ledgerEvent } from './ledger.ts';
import {
  branchCall,
  branchCalled,
  handedOver,
  standInHistory,
  standInHistoryHas,
  standInKey,
  standInPlace,
  standInPlaces,
  standInRequest,
  standInSays,
  standInSecrets,
} from './stand-in-wire.ts';
import { soundAsked, soundPiece } from './stand-in-sounds.ts';
import { TOPIC_NAME } from './topic-name.ts';

const v = z.literal(1);
const epoch = z.string().regex(/^[0-9a-f]{16}$/);
const seq = z.int().min(1);

export const presence = z.looseObject({
  v,
  state: z.enum(['online', 'offline']),
  /** Of the firmware. */
  version: z.string(),
  at: z.iso.datetime(),
  /** Drawn at each start of the service: two that take turns are two boxes with one identity. */
  run: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
});

/** At most 256 KiB and 500 events a frame: many small messages are what breaks a fleet, not many bytes. */
export const ledgerFrame = z.looseObject({
  v,
  epoch,
  /** Events in the order of their numbers; a repeat of an earlier frame is harmless. */
  events: z.array(ledgerEvent).min(1).max(500),
  /** The newest number the box has given, so that a missing tail is noticed. */
  newest: seq,
});

/** Sent after headquarters has committed: the box may then let go of its outbox rows up to and including `upto`. */
export const ledgerAck = z.looseObject({ v, epoch, upto: z.int().min(0) });

/** Headquarters asks for a stretch that it has not got; the box answers with ledger frames. */
export const ledgerResend = z.looseObject({ v, epoch, from: seq, to: seq });

export const reported = z.looseObject({
  v,
  version: z.string(),
  engineVersion: z.string().optional(),
  /** SHA-256 of the document in force, hex. */
  revision: z.string(),
  document: z.looseObject({}),
  warnings: z.number(),
  at: z.iso.datetime(),
  /** What became of the document that headquarters asked for; absent from a box that takes none. */
  desired: desiredState.optional(),
  /** What the machine calls itself; absent where it does not, and from a box of an earlier release. */
  hardware: z.looseObject({ vendor: z.string(), product: z.string() }).optional(),
  /** Of the machine, as releases name it; absent from a box of an earlier release. */
  architecture: z.string().optional(),
  /** The document as a person wrote it, where it is not the common version and fits in. */
  source: z.string().optional(),
});

interface Topic<S extends z.ZodType> {
  readonly direction: 'up' | 'down';
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly schema: S;
  readonly says: string;
  /** Of leaves that came later: a headquarters that has not got them refuses the subscription, and the box goes on without. */
  readonly mayBeRefused?: boolean;
}
const topic = <S extends z.ZodType>(entry: Topic<S>): Topic<S> => entry;

export const topics = {
  presence: topic({
    direction: 'up',
    qos: 1,
    retain: true,
    schema: presence,
    says: 'whether the box is connected; also its last will',
  }),
  health: topic({
    direction: 'up',
    qos: 0,
    retain: true,
    schema: healthReport,
    says: 'the box as it feels: at once when a state changes, after 30 s when a figure has moved, every 5 min otherwise',
  }),
  reported: topic({
    direction: 'up',
    qos: 1,
    retain: true,
    schema: reported,
    says: 'the document in force, on every change and connect',
  }),
  ledger: topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: ledgerFrame,
    says: 'events of the ledger, batched',
  }),
  'ledger-ack': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: ledgerAck,
    says: 'what headquarters has stored',
  }),
  'ledger-resend': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: ledgerResend,
    says: 'what headquarters misses',
  }),
  desired: topic({
    direction: 'down',
    qos: 1,
    retain: true,
    schema: desired,
    says: 'the document that headquarters wants in force, with its version',
    mayBeRefused: true,
  }),
  'reported-ack': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: reportedAck,
    says: 'headquarters has taken in a report of the document in force',
    mayBeRefused: true,
  }),
  'ledger-compare': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: ledgerCompare,
    says: 'headquarters asks for the digest of a stretch of the ledger',
    mayBeRefused: true,
  }),
  'ledger-digest': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: ledgerDigest,
    says: 'the digest of that stretch; sent only when asked for',
  }),
  command: topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: command,
    says: 'something that the box is to do, with its end; said again until it is answered',
    mayBeRefused: true,
  }),
  'command-result': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: commandResult,
    says: 'how far a command is, and what came of it; sent only for a command',
  }),
  bundle: topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: bundleChunk,
    says: 'a piece of a support bundle; sent only for a command',
  }),
  'bundle-ack': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: bundleAck,
    says: 'how much of a support bundle headquarters has stored',
    mayBeRefused: true,
  }),
  'certificate-request': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: certificateRequest,
    says: "the box asks for its next certificate, from two thirds of the present one's life",
  }),
  certificate: topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: certificateGiven,
    says: "the box's next certificate, that it is time for it, or why there is none",
    mayBeRefused: true,
  }),
  lease: topic({
    direction: 'down',
    qos: 1,
    retain: true,
    schema: leaseTold,
    says: 'who may answer and act for the branch, and whether this one is to make itself ready',
    mayBeRefused: true,
  }),
  'lease-ask': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: leaseAsk,
    says: 'asks for the right to act anew; sent only by one that was told of a lease',
  }),
  'lease-renewed': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: leaseRenewed,
    says: 'the answer to that question',
    mayBeRefused: true,
  }),
  'lease-says': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: leaseSays,
    says: 'which lease it knows, and whether it could take a call; sent only by one that was told of a lease',
  }),
  'handed-over': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: handedOver,
    says: 'who waited, is to be called back and works, to who takes over for a branch',
    mayBeRefused: true,
  }),
  'branch-call': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: branchCall,
    says: 'to a stand-in: call the branch from outside, to see who answers',
    mayBeRefused: true,
  }),
  'branch-called': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: branchCalled,
    says: 'who answered; sent only when asked to call',
  }),
  'stand-in-history': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: standInHistory,
    says: "to a box: what its stand-in handled, as the stand-in's own ledger tells it; or how far the box has that",
    mayBeRefused: true,
  }),
  'stand-in-history-has': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: standInHistoryHas,
    says: "how far the box has its stand-in's ledger; sent only when asked",
  }),
  'sound-ask': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: soundAsked,
    says: 'a box asks for a piece of a recording, or of a message, that its stand-in has made',
  }),
  'sound-wanted': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: soundAsked,
    says: 'the same, handed to the stand-in',
    mayBeRefused: true,
  }),
  'sound-piece': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: soundPiece,
    says: 'the piece, or that the stand-in has no such file any more; sent only when asked',
  }),
  sound: topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: soundPiece,
    says: 'the same, handed to the box',
    mayBeRefused: true,
  }),
  'stand-in-places': topic({
    direction: 'down',
    qos: 1,
    retain: true,
    schema: standInPlaces,
    says: 'to a host in the cloud: all branches that it may have to stand in for',
    mayBeRefused: true,
  }),
  'stand-in-place': topic({
    direction: 'down',
    qos: 1,
    retain: false,
    schema: standInPlace,
    says: 'to such a host: one of them, with its document and whether it is to be ready',
    mayBeRefused: true,
  }),
  'stand-in-request': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: standInRequest,
    says: 'such a host asks for the certificate of one of its stand-ins',
  }),
  'stand-in-says': topic({
    direction: 'up',
    qos: 1,
    retain: true,
    schema: standInSays,
    says: 'how such a host and its stand-ins are',
  }),
  'stand-in-key': topic({
    direction: 'down',
    qos: 1,
    retain: true,
    schema: standInKey,
    says: 'to a box: whom its passwords are to be sealed for, so that its telephones can work at its stand-in',
    mayBeRefused: true,
  }),
  'stand-in-secrets': topic({
    direction: 'up',
    qos: 1,
    retain: false,
    schema: standInSecrets,
    says: 'those passwords, readable by that host alone',
  }),
} as const;

export type Leaf = keyof typeof topics;
export type Payload<L extends Leaf> = z.infer<(typeof topics)[L]['schema']>;
export const leaves = Object.keys(topics) as Leaf[];

export { TOPIC_NAME };

export function topicOf(tenant: string, box: string, leaf: Leaf): string {
  if (!TOPIC_NAME.test(tenant) || !TOPIC_NAME.test(box))
    throw new Error(`not a topic name: ${tenant}/${box}`);
  return `branchline/v1/${tenant}/${box}/${leaf}`;
}

export function parseTopic(text: string): { tenant: string; box: string; leaf: Leaf } | undefined {
  const [root, version, tenant = '', box = '', leaf = '', ...more] = text.split('/');
  if (root !== 'branchline' || version !== 'v1' || more.length > 0) return undefined;
  if (!TOPIC_NAME.test(tenant) || !TOPIC_NAME.test(box) || !Object.hasOwn(topics, leaf)) return undefined;
  return { tenant, box, leaf: leaf as Leaf };
}

/** The payload of a message on a leaf, or what is wrong with it. Unknown fields pass. */
export function decode<L extends Leaf>(
  leaf: L,
  bytes: Uint8Array,
): { ok: true; payload: Payload<L> } | { ok: false; error: string } {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return { ok: false, error: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const result = topics[leaf].schema.safeParse(json);
  if (result.success) return { ok: true, payload: result.data as Payload<L> };
  const issue = result.error.issues[0];
  return { ok: false, error: `${issue?.path.join('.') || 'payload'}: ${issue?.message ?? 'does not fit'}` };
}
