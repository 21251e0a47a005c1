/**
 * How a box comes to its certificate: what it asks headquarters for over HTTP before it has one, what it is given, and the
 * claim code that a person carries from the one to the other. Why it is so: docs/decisions/enrolment.md.
 */
import * as z from 'zod';
import { TOPIC_NAME } from './topic-name.ts';

/** No 0/O, 1/I/L: it is read aloud and typed on telephones. 31 signs. */
export const CODE_SIGNS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
/** Tells waiting boxes apart; it follows from the box's key and is no secret. */
export const HANDLE_SIGNS = 3;
/** Drawn by the box, told to nobody but the person in front of it: 31^8 possibilities, 39 bit. */
export const SECRET_SIGNS = 8;

const ALL_SIGNS = new RegExp(`^[${CODE_SIGNS}]+$`);

export interface ClaimCode {
  readonly handle: string;
  readonly secret: string;
}

/** 'K7F-M2QX-9TRB' */
export const codeText = ({ handle, secret }: ClaimCode): string =>
  `${handle}-${secret.slice(0, 4)}-${secret.slice(4)}`;

/** As a person types it: capitals or not, with or without strokes and blanks. Undefined for what is no claim code. */
export function readCode(text: string): ClaimCode | undefined {
  const signs = text.toUpperCase().replaceAll(/[\s-]/g, '');
  if (signs.length !== HANDLE_SIGNS + SECRET_SIGNS) return undefined;
  if (!ALL_SIGNS.test(signs)) return undefined;
  return { handle: signs.slice(0, HANDLE_SIGNS), secret: signs.slice(HANDLE_SIGNS) };
}

/**
 * Where a person with a telephone claims the box: headquarters' page with the code filled in. The code stands behind the #, which no browser
 * sends: it stays between the box's screen and the person's.
 */
export function claimLink(headquarters: string, code: string): string {
  const link = new URL('/enrolment', headquarters);
  link.hash = code;
  return link.href;
}

/** From the SHA-256 of the box's public key, hex. */
export function handleOf(key: string): string {
  let rest = Number.parseInt(key.slice(0, 12), 16);
  let handle = '';
  while (handle.length < HANDLE_SIGNS) {
    handle += CODE_SIGNS[rest % CODE_SIGNS.length] ?? '';
    rest = Math.floor(rest / CODE_SIGNS.length);
  }
  return handle;
}

/** What the code is stretched with: each key makes another secret of the same code. */
export const codeSalt = (key: string): Uint8Array => new TextEncoder().encode(`branchline claim ${key}`);
/** What the box proves its knowledge of the code for. */
export const PROOF_MATTER = 'certificate request';

/** What a box says of the machine it runs on; '' for what the machine does not tell. */
export const hardware = z.object({
  serial: z.string().max(64),
  vendor: z.string().max(80),
  product: z.string().max(80),
});
export type Hardware = z.infer<typeof hardware>;

/** Sent again and again until there is an answer other than 'waiting'. Unknown fields pass: the box may be newer. */
export const certificateWanted = z.object({
  v: z.literal(1),
  /** PKCS #10 in PEM, EC P-256; its name says nothing: headquarters names the box. */
  csr: z.string().min(1).max(4_096),
  /** That whoever made the request knows the claim code of this key; hex. */
  proof: z.string().regex(/^[0-9a-f]{64}$/),
  ...hardware.shape,
  /** Of the firmware. */
  version: z.string().max(40),
  /** Whether a branch document is in force there already. */
  hasDocument: z.boolean(),
});
export type CertificateWanted = z.infer<typeof certificateWanted>;

export const certificateAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting'), againInS: z.int().min(1).max(3_600) }),
  /** A `granted` as JSON, AES-256-GCM under a key that follows from the claim code: only who knows it can have written it. Base64. */
  z.object({ state: z.literal('claimed'), sealed: z.string().max(400_000) }),
]);
export type CertificateAnswer = z.infer<typeof certificateAnswer>;

export const granted = z.object({
  v: z.literal(1),
  tenant: z.string().regex(TOPIC_NAME),
  box: z.string().regex(TOPIC_NAME),
  /** PEM. */
  certificate: z.string().max(16_384),
  /** PEM: the root that the box trusts from now on, and none beside it. */
  authority: z.string().max(16_384),
  /** Without a host, the one under which the box reached headquarters to ask. */
  broker: z.object({ host: z.string().max(255).nullable(), port: z.int().min(1).max(65_535) }),
  /** The branch's newest document; null where headquarters has none. */
  document: z.string().max(200_000).nullable(),
});
export type Granted = z.infer<typeof granted>;

export const DAY_MS = 86_400_000;
/** Of a box's certificate, counted from its issue. */
export const CERTIFICATE_LIFE_DAYS = 365;
/** It is renewed when less than this is left, days: from two thirds of its life. */
export const RENEW_BELOW_DAYS = Math.floor(CERTIFICATE_LIFE_DAYS / 3);
/** A certificate that ended no longer ago than this still serves for its own renewal, days. */
export const GRACE_DAYS = 180;

/** A box asks for its next certificate over the session that its present one has opened. */
export const certificateRequest = z.looseObject({
  v: z.literal(1),
  csr: z.string().min(1).max(4_096),
  at: z.iso.datetime(),
});

/** One of the three stands in it. */
export const certificateGiven = z.looseObject({
  v: z.literal(1),
  /** PEM. */
  certificate: z.string().max(16_384).optional(),
  /** By headquarters' clock it is time to ask: the box's own may be wrong. */
  due: z.literal(true).optional(),
  /** Why there is none. */
  refused: z.string().max(500).optional(),
});
