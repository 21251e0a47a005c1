/** A box's page seen through headquarters: asked for at headquarters, shown at the box for as long as it lasts. */
import * as z from 'zod';
import { route } from './route.ts';

/** For how long a box's page is opened, minutes. */
export const VISIT_MIN = { least: 1, most: 60, usual: 15 } as const;

export const visit = z.object({
  /** Who has the page open, as headquarters knows him. */
  who: z.string(),
  role: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
});
export type Visit = z.infer<typeof visit>;

const ok = z.object({ ok: z.literal(true) });

/** Of headquarters. */
export const pageRoutes = {
  openPage: route({
    method: 'post',
    path: '/api/boxes/{box}/page',
    access: 'session',
    needs: 'act',
    says: "have a box open its page to this person, for a stated time; the address serves once, within a minute, in this person's browser",
    body: z.strictObject({
      forMin: z.int().min(VISIT_MIN.least).max(VISIT_MIN.most).default(VISIT_MIN.usual),
    }),
    response: z.object({ url: z.string(), visit }),
  }),
  page: route({
    method: 'get',
    path: '/api/boxes/{box}/page',
    access: 'session',
    needs: 'look',
    says: "who has a box's page open from here; null for nobody",
    response: visit.nullable(),
  }),
  closePage: route({
    method: 'delete',
    path: '/api/boxes/{box}/page',
    access: 'session',
    needs: 'act',
    says: "close a box's page, whoever has it open",
    response: ok,
  }),
} as const;

/** Of the box. */
export const visitRoutes = {
  visit: route({
    method: 'get',
    path: '/api/visit',
    access: 'session',
    says: 'who looks at this page from headquarters; null for nobody',
    response: visit.nullable(),
  }),
  endVisit: route({
    method: 'delete',
    path: '/api/visit',
    access: 'session',
    says: "end headquarters' visit to this page, at once",
    response: ok,
  }),
} as const;
