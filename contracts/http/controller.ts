/** The HTTP API of headquarters. */
import * as z from 'zod';
import { callSummary } from '../call-story.ts';
import { callWhy } from '../call-why.ts';
import { healthReport } from '../health.ts';
import { liveAlarm, localText } from '../live.ts';
import { callDetail, callPage, callQuery, session, signInRequest, whyQuery } from './common.ts';
import { commandRoutes } from './commands.ts';
import { controllersRoutes } from './controllers.ts';
import { continuityRoutes } from './continuity.ts';
import { drillRoutes } from './drills.ts';
import { enrolmentRoutes } from './enrolment.ts';
import { documentRoutes, documentStanding } from './fleet-documents.ts';
import { ownPasswordRoutes } from './own-password.ts';
import { peopleRoutes } from './people.ts';
import { ledgerProof, proofRoutes } from './proof.ts';
import { releaseRoutes } from './releases.ts';
import { rolloutRoutes } from './rollouts.ts';
import { templateRoutes } from './templates.ts';
import { pageRoutes } from './visits.ts';
import { route } from './route.ts';

export const boxSummary = z.object({
  box: z.string(),
  name: localText.nullable(),
  /** Of the branch (IANA), as its own document gives it: its times are told in it. */
  timezone: z.string().nullable(),
  online: z.boolean(),
  since: z.iso.datetime().nullable(),
  version: z.string().nullable(),
  revision: z.string().nullable(),
  /** How its document stands to the newest version here. */
  documents: documentStanding,
  /** The last health report, with its age to be shown beside it. */
  health: healthReport.nullable(),
  liveCalls: z.int(),
  alarms: z.array(liveAlarm),
  ledger: z.object({
    epoch: z.string().nullable(),
    /** The highest number up to which nothing is missing. */
    contiguous: z.int(),
    newest: z.int(),
    /** Numbers that the box has given and headquarters has not got. */
    missing: z.int(),
    /** What the last comparison with the box's own ledger said; absent before the first. */
    proof: ledgerProof.optional(),
  }),
});
export type BoxSummary = z.infer<typeof boxSummary>;

export const boxDetail = boxSummary.extend({
  document: z.unknown().nullable(),
  reportedAt: z.iso.datetime().nullable(),
});

export const fleetCall = callSummary.extend({
  box: z.string(),
  /** The branch's stand-in in the cloud had it; `box` is the name under which that speaks. */
  standIn: z.literal(true).optional(),
});
export type FleetCall = z.infer<typeof fleetCall>;

/** Server-sent events of headquarters: `snapshot` (a FleetState), then `change` (a FleetChange). */
export const fleetState = z.object({
  at: z.iso.datetime(),
  boxes: z.record(z.string(), boxSummary),
  /** Calls in progress, by 'box/call'. */
  calls: z.record(z.string(), fleetCall),
});
export type FleetState = z.infer<typeof fleetState>;
export type FleetChange =
  | { at: string; in: 'boxes'; id: string; value: BoxSummary | null }
  | { at: string; in: 'calls'; id: string; value: FleetCall | null };

export const controllerRoutes = {
  ready: route({
    method: 'get',
    path: '/api/ready',
    access: 'public',
    says: 'whether headquarters can serve, and whether it reaches its broker: while that is away boxes count as offline, and keep what they report',
    response: z.object({ ready: z.boolean(), broker: z.enum(['up', 'away']) }),
  }),
  openapi: route({
    method: 'get',
    path: '/api/openapi.json',
    access: 'public',
    says: 'this API as an OpenAPI 3.1 document',
    answersWith: 'application/json',
  }),
  session: route({
    method: 'get',
    path: '/api/session',
    access: 'public',
    says: 'whether this browser has signed in',
    response: session,
  }),
  signIn: route({
    method: 'post',
    path: '/api/sign-in',
    access: 'public',
    says: 'sign in with name and password',
    body: signInRequest,
    response: session,
  }),
  signOut: route({
    method: 'post',
    path: '/api/sign-out',
    access: 'session',
    needs: 'self',
    says: 'sign out',
    response: session,
  }),
  live: route({
    method: 'get',
    path: '/api/live',
    access: 'session',
    needs: 'look',
    says: 'the fleet as it changes',
    answersWith: 'text/event-stream',
  }),
  boxes: route({
    method: 'get',
    path: '/api/boxes',
    access: 'session',
    needs: 'look',
    says: 'every box',
    response: z.object({ boxes: z.array(boxSummary) }),
  }),
  box: route({
    method: 'get',
    path: '/api/boxes/{box}',
    access: 'session',
    needs: 'look',
    says: 'one box with its document in force',
    response: boxDetail,
  }),
  calls: route({
    method: 'get',
    path: '/api/calls',
    access: 'session',
    needs: 'look',
    says: 'call history of the fleet or of one box, newest first',
    query: callQuery.extend({ box: z.string().max(40).optional() }),
    response: callPage.extend({ calls: z.array(fleetCall) }),
  }),
  call: route({
    method: 'get',
    path: '/api/boxes/{box}/calls/{call}',
    access: 'session',
    needs: 'look',
    says: 'one call with its events',
    response: callDetail.extend({ call: fleetCall }),
  }),
  callWhy: route({
    method: 'get',
    path: '/api/boxes/{box}/calls/{call}/why',
    access: 'session',
    needs: 'look',
    says: 'what became of a call and why, in words: each offer, its reasons, what came of it',
    query: whyQuery,
    response: callWhy,
  }),
  ...documentRoutes,
  ...proofRoutes,
  ...commandRoutes,
  ...enrolmentRoutes,
  ...peopleRoutes,
  ...releaseRoutes,
  ...rolloutRoutes,
  ...templateRoutes,
  ...pageRoutes,
  ...continuityRoutes,
  ...drillRoutes,
  ...ownPasswordRoutes,
  ...controllersRoutes,
} as const;
