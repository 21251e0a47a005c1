/** Headquarters' API of the branches' documents: versions, what lies between them, what became of the newest at its box; and the audit log. */
import * as z from 'zod';
import { CONFIRM_WITHIN_S, desiredState, fieldChange, STANDINGS, wireFault } from '../fleet/documents.ts';
import { route } from './route.ts';

export const ORIGINS = ['written', 'taken-up', 'went-back', 'overwrite', 'rollout'] as const;

const reason = z.string().trim().min(1).max(500);
const version = z.int().min(1);

export const documentVersion = z.object({
  version,
  /** SHA-256 of the document, hex. */
  revision: z.string(),
  author: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
  /** written: by a person here. taken-up: as it was changed at the box. went-back: an earlier version. overwrite: over changes at the box. rollout: by a rollout, or taken back by it. */
  origin: z.enum(ORIGINS),
  /** The version it went back to. */
  cameFrom: version.nullable(),
  /** Fields that differ from the version before. */
  changes: z.int(),
});
export type DocumentVersion = z.infer<typeof documentVersion>;

/** How the box stands to the newest version, for the list of the fleet. */
export const documentStanding = z.object({
  /** The newest at headquarters. */
  version: version.nullable(),
  standing: z.enum(STANDINGS),
});
export type DocumentStanding = z.infer<typeof documentStanding>;

export const branchDocuments = z.object({
  ...documentStanding.shape,
  /** What the box said last; null from a box that takes no documents of headquarters. */
  box: desiredState.nullable(),
  versions: z.array(documentVersion),
});

export const versionDetail = z.object({
  version: documentVersion,
  source: z.string(),
  /** From the version before. */
  difference: z.array(fieldChange),
});

export const newDocument = z.strictObject({
  source: z.string().min(1).max(200_000),
  reason,
  /** The newest version as the author saw it, 0 for none: refused when there is a newer one. */
  after: z.int().min(0),
  confirmWithinS: z
    .int()
    .min(CONFIRM_WITHIN_S.least)
    .max(CONFIRM_WITHIN_S.most)
    .default(CONFIRM_WITHIN_S.usual),
});

/** With a fault nothing was changed; a warning is shown and hinders nothing. */
export const documentTaken = z.object({
  ok: z.boolean(),
  faults: z.array(wireFault),
  version: version.nullable(),
  difference: z.array(fieldChange),
});

export const auditEntry = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  /** Who had signed in; a box or a part of headquarters by its own name. */
  who: z.string(),
  address: z.string(),
  action: z.string(),
  box: z.string().nullable(),
  detail: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** What an entry must be for to be found; all of it together. */
export const auditQuery = z.object({
  box: z.string().max(40).optional(),
  /** Part of the name. */
  who: z.string().max(60).optional(),
  action: z.string().max(80).optional(),
  /** The moment itself belongs to it. */
  from: z.iso.datetime().optional(),
  /** The moment itself does not. */
  to: z.iso.datetime().optional(),
});
export type AuditQuery = z.output<typeof auditQuery>;

const from = '/api/boxes/{box}/documents';

export const documentRoutes = {
  documents: route({
    method: 'get',
    path: from,
    access: 'session',
    needs: 'look',
    says: "the versions of a branch's document, newest first, and how its box stands to the newest",
    response: branchDocuments,
  }),
  documentVersion: route({
    method: 'get',
    path: `${from}/{version}`,
    access: 'session',
    needs: 'look',
    says: 'one version with its text and what it changed',
    response: versionDetail,
  }),
  checkDocument: route({
    method: 'post',
    path: `${from}/check`,
    access: 'session',
    needs: 'look',
    says: 'check a document against the newest version; nothing changes',
    body: z.strictObject({ source: z.string().min(1).max(200_000) }),
    response: documentTaken,
  }),
  putDocument: route({
    method: 'post',
    path: from,
    access: 'session',
    needs: 'act',
    says: 'make a document the newest version and send it to the box, unless it has a fault',
    body: newDocument,
    response: documentTaken,
  }),
  goBack: route({
    method: 'post',
    path: `${from}/{version}/go-back`,
    access: 'session',
    needs: 'act',
    says: 'make an earlier version the newest one',
    body: newDocument.omit({ source: true }),
    response: documentTaken,
  }),
  settleDrift: route({
    method: 'post',
    path: `${from}/settle`,
    access: 'session',
    needs: 'act',
    says: "where the box's document is not the newest version: take it up as a new one, or overwrite it with the newest",
    body: newDocument.omit({ source: true }).extend({ choice: z.enum(['take-up', 'overwrite']) }),
    response: documentTaken,
  }),
  audit: route({
    method: 'get',
    path: '/api/audit',
    access: 'session',
    needs: 'look-all',
    says: 'what was done at headquarters, newest first',
    query: auditQuery.extend({
      /** Entries before this one. */
      before: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({
      entries: z.array(auditEntry),
      more: z.boolean(),
      /** All there are, to choose from. */
      actions: z.array(z.string()),
    }),
  }),
  auditCsv: route({
    method: 'get',
    path: '/api/audit.csv',
    access: 'session',
    needs: 'look-all',
    says: 'the same as a file for spreadsheets, newest first, at most 100,000 entries',
    query: auditQuery,
    answersWith: 'text/csv',
  }),
} as const;
