/**
 * What moves on the pages while one looks: calls, queues, agents, lines, alarms. Sent as server-sent events:
 * first `snapshot` (a LiveState), then `change` (a LiveChange) as things change. Nothing polls.
 */
import * as z from 'zod';
import { healthReport } from './health.ts';
import { waitingCallback } from './http/callbacks.ts';
import { party, SUPERVISION_MODES } from './ledger.ts';
import { liveTrunk, type LiveTrunk } from './trunks.ts';

export type { LiveTrunk };

const time = z.iso.datetime();
export const localText = z.object({ zh: z.string(), en: z.string() });

export const liveCall = z.object({
  id: z.string(),
  direction: z.enum(['in', 'out', 'internal']),
  phase: z.enum(['flow', 'queue', 'ringing', 'talking', 'held']),
  from: party,
  dialled: z.string(),
  trunk: z.string().nullable(),
  queue: z.string().nullable(),
  /** Who it rings at, or who talks with the caller. */
  with: z.array(party),
  since: time,
  phaseSince: time,
  recording: z.enum(['on', 'off', 'stalled']),
  emergency: z.boolean(),
  /** Where it is parked; its phase is 'held'. */
  parked: z.object({ slot: z.string(), by: party }).optional(),
  /** A supervisor at the talk, once he has answered. */
  supervised: z.object({ by: party, mode: z.enum(SUPERVISION_MODES) }).optional(),
});
export type LiveCall = z.infer<typeof liveCall>;

export const AGENT_STATES = [
  'signed-out',
  'ready',
  'not-ready',
  'ringing',
  'talking',
  'wrap-up',
  'unreachable',
] as const;
export const liveAgent = z.object({
  id: z.string(),
  name: localText,
  extension: z.string(),
  queues: z.array(z.string()),
  state: z.enum(AGENT_STATES),
  reason: z.string().nullable(),
  since: time,
  call: z.string().nullable(),
  /** Calls answered since midnight in the branch's zone. */
  answeredToday: z.int(),
});
export type LiveAgent = z.infer<typeof liveAgent>;

export const liveQueue = z.object({
  id: z.string(),
  waiting: z.array(z.object({ call: z.string(), from: z.string(), since: time, priority: z.number() })),
  agentsReady: z.int(),
  agentsSignedIn: z.int(),
  today: z.object({
    offered: z.int(),
    answered: z.int(),
    abandoned: z.int(),
    /** Hung up so soon that it counts apart. */
    shortAbandoned: z.int(),
    /** Sent on elsewhere without an agent. */
    overflowed: z.int(),
    /** As `contracts/queue-figures.ts` defines it, percent; null before the first call. */
    serviceLevel: z.number().nullable(),
    longestWaitMs: z.number(),
  }),
  serviceLevelGoal: z.object({ percent: z.number(), withinMs: z.number() }),
  /** Customers who are to be called back, who has waited longest first. */
  callbacks: z.array(waitingCallback).default([]),
});
export type LiveQueue = z.infer<typeof liveQueue>;

export const livePhone = z.object({
  id: z.string(),
  model: z.string(),
  extension: z.string().nullable(),
  person: localText.nullable(),
  reachable: z.boolean(),
  since: time.nullable(),
});
export type LivePhone = z.infer<typeof livePhone>;

export const liveAlarm = z.object({
  id: z.string(),
  code: z.string(),
  severity: z.enum(['info', 'warning', 'major', 'critical']),
  subject: z.string(),
  detail: z.string().nullable(),
  since: time,
  /** The open alarm that it follows from. */
  cause: z.string().optional(),
  /** The maintenance window that keeps it quiet. */
  window: z.string().optional(),
  acknowledged: z.object({ who: z.string(), at: time, note: z.string().nullable() }).optional(),
});
export type LiveAlarm = z.infer<typeof liveAlarm>;

export const liveVoicemail = z.object({
  /** Nobody has listened to these yet. */
  fresh: z.int(),
  heard: z.int(),
});
export type LiveVoicemail = z.infer<typeof liveVoicemail>;

/** Each collection by the id of its things; `site` and `health` hold one thing, under the id 'now'. */
export const liveCollections = {
  calls: liveCall,
  agents: liveAgent,
  queues: liveQueue,
  trunks: liveTrunk,
  phones: livePhone,
  alarms: liveAlarm,
  voicemail: liveVoicemail,
  health: healthReport,
} as const;
export type LiveCollection = keyof typeof liveCollections;

export const liveState = z.object({
  at: time,
  site: z.object({ id: z.string(), name: localText, timezone: z.string() }),
  calls: z.record(z.string(), liveCall),
  agents: z.record(z.string(), liveAgent),
  queues: z.record(z.string(), liveQueue),
  trunks: z.record(z.string(), liveTrunk),
  phones: z.record(z.string(), livePhone),
  alarms: z.record(z.string(), liveAlarm),
  voicemail: z.record(z.string(), liveVoicemail),
  health: z.record(z.string(), healthReport),
});
export type LiveState = z.infer<typeof liveState>;

export type LiveChange = {
  [C in LiveCollection]: {
    readonly at: string;
    readonly in: C;
    readonly id: string;
    readonly value: z.infer<(typeof liveCollections)[C]> | null;
  };
}[LiveCollection];
