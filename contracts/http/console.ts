/** The HTTP API of the box's own page. */
import * as z from 'zod';
import { callWhy } from '../call-why.ts';
import { figures } from '../queue-figures.ts';
import { brakeRoutes } from './brakes.ts';
import { callbackRoutes } from './callbacks.ts';
import { claimRoutes } from './claim.ts';
import { callDetail, callPage, callQuery, session, signInRequest, whyQuery } from './common.ts';
import { route } from './route.ts';
import { alarmRoutes } from './alarms.ts';
import { inCallRoutes } from './in-call.ts';
import { ownPasswordRoutes } from './own-password.ts';
import { powerRoutes } from './power.ts';
import { safeModeRoutes } from './safe-mode.ts';
import { boxContinuityRoutes } from './box-continuity.ts';
import { selfCheckRoutes } from './self-check.ts';
import { trunkRoutes } from './trunks.ts';
import { visitRoutes } from './visits.ts';
import { voicemailRoutes } from './voicemail.ts';

const fault = z.object({
  code: z.string(),
  path: z.string(),
  value: z.unknown().optional(),
  expected: z.string(),
  severity: z.enum(['error', 'warning']),
});

export const documentInForce = z.object({
  revision: z.string(),
  appliedAt: z.iso.datetime(),
  /** As the person wrote it, YAML or JSON. */
  source: z.string(),
  warnings: z.array(fault),
  /** A newer document that was refused; the one above stays in force. */
  refused: z.object({ at: z.iso.datetime(), faults: z.array(fault) }).nullable(),
});

export const about = z.object({
  version: z.string(),
  engineVersion: z.string().nullable(),
  node: z.string(),
  box: z.string(),
  ports: z.array(
    z.object({ port: z.int(), protocol: z.enum(['udp', 'tcp']), address: z.string(), purpose: z.string() }),
  ),
});

export const agentOrder = z.strictObject({
  state: z.enum(['ready', 'not-ready', 'signed-out']),
  reason: z.string().max(80).optional(),
});

export const agentWrapUp = z.strictObject({
  /** Milliseconds; 0 ends it now. However often it is given, it ends 30 minutes from now at the latest. */
  moreMs: z.int().min(0).max(1_800_000),
});

export const consoleRoutes = {
  ready: route({
    method: 'get',
    path: '/api/ready',
    access: 'public',
    says: 'whether the box can take calls',
    response: z.object({ ready: z.boolean(), engine: z.enum(['up', 'down', 'not-answering']) }),
  }),
  alive: route({
    method: 'get',
    path: '/api/alive',
    access: 'public',
    says: "whether the service's own loops go on, for the watchdog: 503 when one does not, and only a restart will help",
    response: z.object({ alive: z.literal(true) }),
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
    says: 'sign in with the password of the box',
    body: signInRequest,
    response: session,
  }),
  signOut: route({
    method: 'post',
    path: '/api/sign-out',
    access: 'session',
    says: 'sign out',
    response: session,
  }),
  live: route({
    method: 'get',
    path: '/api/live',
    access: 'session',
    says: 'live state: a snapshot, then changes (contracts/live.ts)',
    answersWith: 'text/event-stream',
  }),
  calls: route({
    method: 'get',
    path: '/api/calls',
    access: 'session',
    says: 'call history, newest first',
    query: callQuery,
    response: callPage,
  }),
  call: route({
    method: 'get',
    path: '/api/calls/{call}',
    access: 'session',
    says: 'one call with its events',
    response: callDetail,
  }),
  callWhy: route({
    method: 'get',
    path: '/api/calls/{call}/why',
    access: 'session',
    says: 'what became of a call and why, in words: each offer, its reasons, what came of it',
    query: whyQuery,
    response: callWhy,
  }),
  queueFigures: route({
    method: 'get',
    path: '/api/queues/figures',
    access: 'session',
    says: 'figures of queues and agents over a time, counted from the ledger; today when none is given',
    query: z.object({ from: z.iso.datetime().optional(), to: z.iso.datetime().optional() }),
    response: figures.extend({ from: z.iso.datetime(), to: z.iso.datetime() }),
  }),
  recording: route({
    method: 'get',
    path: '/api/recordings/{recording}/audio',
    access: 'session',
    says: 'a recording: two channels, left the caller, right the branch',
    answersWith: 'audio/wav',
  }),
  ...voicemailRoutes,
  ...inCallRoutes,
  ...callbackRoutes,
  ...brakeRoutes,
  ...trunkRoutes,
  ...alarmRoutes,
  ...powerRoutes,
  ...claimRoutes,
  ...selfCheckRoutes,
  ...boxContinuityRoutes,
  ...safeModeRoutes,
  ...visitRoutes,
  ...ownPasswordRoutes,
  document: route({
    method: 'get',
    path: '/api/document',
    access: 'session',
    says: 'the branch document in force',
    response: documentInForce,
  }),
  checkDocument: route({
    method: 'post',
    path: '/api/document/check',
    access: 'session',
    says: 'check a document without applying it',
    body: z.strictObject({ source: z.string().max(1_000_000) }),
    response: z.object({ ok: z.boolean(), faults: z.array(fault) }),
  }),
  takeDocument: route({
    method: 'post',
    path: '/api/document',
    access: 'session',
    says: 'put a document in force, at once and without ending a call; with a fault, the old one stays',
    body: z.strictObject({
      source: z.string().max(1_000_000),
      /** The revision that its author has seen: another one in force by now is not overwritten. */
      replaces: z.string().optional(),
    }),
    response: z.object({ ok: z.boolean(), faults: z.array(fault), revision: z.string() }),
  }),
  orderAgent: route({
    method: 'post',
    path: '/api/agents/{agent}/state',
    access: 'session',
    says: 'set an agent ready, not ready or signed out',
    body: agentOrder,
    response: z.object({ agent: z.string(), state: z.string() }),
  }),
  changeWrapUp: route({
    method: 'post',
    path: '/api/agents/{agent}/wrap-up',
    access: 'session',
    says: "end an agent's wrap-up, or give him more time",
    body: agentWrapUp,
    response: z.object({ agent: z.string(), state: z.string() }),
  }),
  about: route({
    method: 'get',
    path: '/api/about',
    access: 'session',
    says: 'versions and ports',
    response: about,
  }),
} as const;
