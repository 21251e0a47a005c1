/** Headquarters' API of the boxes' identities: boxes that wait to be claimed, those that are expected, and what each box was given. */
import * as z from 'zod';
import { wireFault } from '../fleet/documents.ts';
import { certificateAnswer, certificateWanted, hardware } from '../enrolment.ts';
import { TOPIC_NAME } from '../topic-name.ts';
import { route } from './route.ts';

const box = z.string().regex(TOPIC_NAME, 'write 1 to 40 of a-z, 0-9 and -, beginning with a letter or digit');
const source = z.string().min(1).max(200_000);
const reason = z.string().trim().min(1).max(500);
const code = z.string().trim().min(1).max(40);

export const waitingBox = z.object({
  /** The first signs of its claim code. */
  handle: z.string(),
  ...hardware.shape,
  version: z.string(),
  hasDocument: z.boolean(),
  /** From which it asks. */
  address: z.string(),
  since: z.iso.datetime(),
  /** When it asked last. */
  seen: z.iso.datetime(),
});
export type WaitingBox = z.infer<typeof waitingBox>;

export const expectedBox = z.object({
  serial: z.string(),
  box: z.string(),
  replace: z.boolean(),
  by: z.string(),
  at: z.iso.datetime(),
});
export type ExpectedBox = z.infer<typeof expectedBox>;

/** For which branch, and by what right. */
const place = {
  box,
  /** The branch's first document, or a newer version; may be left out where there is one, here or at the box. */
  source: source.optional(),
  /** The branch has a box already, which this one replaces: the old one is not let in again. */
  replace: z.boolean().default(false),
};

export const claim = z.strictObject({ code, ...place });
/** A serial number stands on the lid for all to read: it is the code that lets the box in. */
export const expectation = z.strictObject({ serial: z.string().trim().min(1).max(64), code, ...place });

/** With a fault nothing was changed. */
export const claimTaken = z.object({ ok: z.boolean(), faults: z.array(wireFault), box: z.string() });

export const IDENTITY_STATES = ['in-force', 'revoked', 'quarantined', 'unknown'] as const;
export const CERTIFICATE_WAYS = ['by-hand', 'claimed', 'replacement', 'renewed'] as const;

export const boxCertificate = z.object({
  /** SHA-256, as TLS tells it. */
  fingerprint: z.string(),
  how: z.enum(CERTIFICATE_WAYS),
  by: z.string(),
  issuedAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  hardware: hardware.nullable(),
});
export type BoxCertificate = z.infer<typeof boxCertificate>;

export const boxIdentity = z.object({
  state: z.enum(IDENTITY_STATES),
  /** Since when it is revoked or quarantined. */
  since: z.iso.datetime().nullable(),
  /** Newest first; the first is the one that counts. */
  certificates: z.array(boxCertificate),
});
export type BoxIdentity = z.infer<typeof boxIdentity>;

const ok = z.object({ ok: z.literal(true) });

export const enrolmentRoutes = {
  wantCertificate: route({
    method: 'post',
    path: '/api/enrolment/requests',
    access: 'public',
    says: 'a box without a certificate asks for one, again and again, until somebody has claimed it',
    body: certificateWanted,
    response: certificateAnswer,
  }),
  enrolment: route({
    method: 'get',
    path: '/api/enrolment',
    access: 'session',
    says: 'boxes that wait to be claimed, and boxes that are expected',
    response: z.object({ waiting: z.array(waitingBox), expected: z.array(expectedBox) }),
  }),
  claimBox: route({
    method: 'post',
    path: '/api/enrolment/claims',
    access: 'session',
    says: 'give a waiting box its branch, by the code that it shows',
    body: claim,
    response: claimTaken,
  }),
  expectBox: route({
    method: 'post',
    path: '/api/enrolment/expected',
    access: 'session',
    says: 'claim a box before it first asks: by its serial number and its code',
    body: expectation,
    response: claimTaken,
  }),
  expectNoMore: route({
    method: 'delete',
    path: '/api/enrolment/expected/{serial}',
    access: 'session',
    says: 'a box is not expected any more',
    response: ok,
  }),
  identity: route({
    method: 'get',
    path: '/api/boxes/{box}/identity',
    access: 'session',
    says: "a box's certificates and whether it is let in",
    response: boxIdentity,
  }),
  revoke: route({
    method: 'post',
    path: '/api/boxes/{box}/identity/revoke',
    access: 'session',
    says: 'let a box in no more: its session ends at once, and its certificate serves for nothing',
    body: z.strictObject({ reason }),
    response: boxIdentity,
  }),
} as const;
