/** Headquarters' API of templates: parts of branches' documents that many share; and where each field of a branch's document comes from. */
import * as z from 'zod';
import { CONFIRM_WITHIN_S, fieldChange, wireFault } from '../fleet/documents.ts';
import { composition, templateName } from '../fleet/templates.ts';
import { documentTaken } from './fleet-documents.ts';
import { route } from './route.ts';

const version = z.int().min(1);
const who = {
  reason: z.string().trim().min(1).max(500),
  /** The newest version as the author saw it, 0 for none: refused when there is a newer one. */
  after: z.int().min(0),
};
const confirmWithinS = z
  .int()
  .min(CONFIRM_WITHIN_S.least)
  .max(CONFIRM_WITHIN_S.most)
  .default(CONFIRM_WITHIN_S.usual);
const source = z.string().min(1).max(200_000);

export const templateSummary = z.object({
  name: z.string(),
  parent: z.string().nullable(),
  /** The newest. */
  version,
  /** The one that a branch goes by which comes to stand beneath it; a rollout that is done puts its version in force. */
  inForce: version,
  author: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
  /** Branches that stand beneath it, and not beneath one of its own. */
  directly: z.array(z.string()),
  /** How many branches go by which version, those of templates beneath it too. */
  uses: z.array(z.object({ version, branches: z.int() })),
});
export type TemplateSummary = z.infer<typeof templateSummary>;

export const templateVersion = z.object({
  version,
  parent: z.string().nullable(),
  author: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
  /** Fields that differ from the version before. */
  changes: z.int(),
});

/** What a version would do to a branch. */
export const templateEffect = z.object({
  box: z.string(),
  /** From the branch's newest document; its beginning. */
  difference: z.array(fieldChange),
  /** Fields that are not listed. */
  more: z.int(),
  /** Each with `layer`: the template that gives the field, null for the branch itself. */
  faults: z.array(wireFault),
});
export type TemplateEffect = z.infer<typeof templateEffect>;

/** What keeps a template from being taken away: `value` of the refusal 'template-in-use'. */
export const templateUsers = z.object({
  branches: z.array(z.string()),
  /** Those beneath it, by a version that is the newest or in force. */
  templates: z.array(z.string()),
  /** Number and name of each that is not over. */
  rollouts: z.array(z.string()),
});
export type TemplateUsers = z.infer<typeof templateUsers>;

export const fieldOrigin = z.object({
  path: z.array(z.string()),
  value: z.unknown().optional(),
  /** The template that gives it; null for the branch itself. */
  layer: z.string().nullable(),
  /** Of that template; for the branch itself, of its document. */
  version: z.int(),
  /** The giver takes the field out; `over` has what would be there. */
  removed: z.boolean(),
  /** What it stands in place of, the nearest layer first. */
  over: z.array(z.object({ layer: z.string().nullable(), version: z.int(), value: z.unknown().optional() })),
});
export type FieldOrigin = z.infer<typeof fieldOrigin>;

const text = { source, parent: templateName.nullable() };
const at = '/api/templates/{template}';
const box = '/api/boxes/{box}';

export const templateRoutes = {
  templates: route({
    method: 'get',
    path: '/api/templates',
    access: 'session',
    needs: 'look-all',
    says: 'the templates, with who stands beneath them and by which version',
    response: z.object({ templates: z.array(templateSummary) }),
  }),
  template: route({
    method: 'get',
    path: at,
    access: 'session',
    needs: 'look-all',
    says: 'one template with its versions, newest first, and the text of the newest',
    response: templateSummary.extend({
      source: z.string(),
      versions: z.array(templateVersion),
      /** The branches that go by it, each with the version, those beneath its own templates too. */
      beneath: z.array(z.object({ box: z.string(), version })),
    }),
  }),
  templateVersion: route({
    method: 'get',
    path: `${at}/versions/{version}`,
    access: 'session',
    needs: 'look-all',
    says: 'one version of a template with its text and what it changed',
    response: z.object({ version: templateVersion, source: z.string(), difference: z.array(fieldChange) }),
  }),
  checkTemplate: route({
    method: 'post',
    path: `${at}/check`,
    access: 'session',
    needs: 'look-all',
    says: 'what a version of a template would do to each branch beneath it; nothing changes',
    body: z.strictObject(text),
    response: z.object({
      ok: z.boolean(),
      faults: z.array(wireFault),
      difference: z.array(fieldChange),
      branches: z.array(templateEffect),
      /** Branches whose document would have a fault. */
      breaks: z.int(),
    }),
  }),
  putTemplate: route({
    method: 'post',
    path: at,
    access: 'session',
    needs: 'act-all',
    says: 'make a version of a template, or a template; no branch goes by it before a rollout brings it there',
    body: z.strictObject({ ...text, ...who }),
    response: z.object({ ok: z.boolean(), faults: z.array(wireFault), version: version.nullable() }),
  }),
  removeTemplate: route({
    method: 'delete',
    path: at,
    access: 'session',
    needs: 'act-all',
    says: 'take a template away; refused while anything goes by it, and says what',
    response: z.object({ ok: z.literal(true) }),
  }),
  documentOrigins: route({
    method: 'get',
    path: `${box}/origins`,
    access: 'session',
    needs: 'look',
    says: "where each field of the newest version of a branch's document comes from",
    response: z.object({
      version: version.nullable(),
      composition: composition.nullable(),
      fields: z.array(fieldOrigin),
    }),
  }),
  inheritFields: route({
    method: 'post',
    path: `${box}/documents/inherit`,
    access: 'session',
    needs: 'act',
    says: 'give fields that a branch says itself back to what its templates say, as a new version',
    body: z.strictObject({
      paths: z.array(z.array(z.string()).min(1).max(20)).min(1).max(100),
      ...who,
      confirmWithinS,
    }),
    response: documentTaken,
  }),
  putOwnLayer: route({
    method: 'post',
    path: `${box}/documents/own`,
    access: 'session',
    needs: 'act',
    says: 'what a branch says itself, as a new version; for one without a document, with the template it begins beneath',
    body: z.strictObject({ source, template: templateName.optional(), ...who, confirmWithinS }),
    response: documentTaken,
  }),
} as const;
