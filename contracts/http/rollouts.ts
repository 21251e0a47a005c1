/** Headquarters' API of rollouts: a change over many branches, in waves that must prove themselves. */
import * as z from 'zod';
import { wireFault } from '../fleet/documents.ts';
import {
  BOX_STEPS,
  finding,
  GATES,
  rolloutChange,
  rolloutGates,
  rolloutHours,
  rolloutPlan,
  ROLLOUT_STATUSES,
  waveSpec,
} from '../fleet/rollouts.ts';
import { route } from './route.ts';

const who = {
  reason: z.string().trim().min(1).max(500),
};
const time = z.iso.datetime();
const counts = z.record(z.enum(BOX_STEPS), z.int());

/** Why it did not go on. `gate`: at this box. `person`: by this person's order. */
export const rolloutStop = z.discriminatedUnion('by', [
  z.object({ by: z.literal('gate'), box: z.string(), gate: z.enum(GATES), at: time }),
  z.object({ by: z.literal('person'), who: z.string(), reason: z.string(), at: time }),
]);

export const rolloutSummary = z.object({
  id: z.int(),
  name: z.string(),
  author: z.string(),
  reason: z.string(),
  at: time,
  status: z.enum(ROLLOUT_STATUSES),
  /** The wave that goes on now, from 0; as many as there are waves when all have passed. */
  wave: z.int(),
  waves: z.int(),
  counts,
  stop: rolloutStop.nullable(),
});
export type RolloutSummary = z.infer<typeof rolloutSummary>;

export const rolloutBox = z.object({
  box: z.string(),
  wave: z.int(),
  step: z.enum(BOX_STEPS),
  /** The version of its document that carries the change, and the one before it; null of a rollout of a release. */
  version: z.int().nullable(),
  from: z.int().nullable(),
  /** Of a rollout of a release: the one that the box had before. */
  had: z.string().nullable(),
  /** Since when it is at this step. */
  since: time.nullable(),
  online: z.boolean(),
  /** When it is watched: until when. */
  until: time.nullable(),
  findings: z.array(finding),
  failed: z.boolean(),
  note: z.string().nullable(),
});
export type RolloutBox = z.infer<typeof rolloutBox>;

export const rolloutDetail = rolloutSummary.extend({
  change: rolloutChange,
  gates: rolloutGates,
  hours: rolloutHours,
  atOnce: z.int(),
  waveSpecs: z.array(waveSpec),
  boxes: z.array(rolloutBox),
});
export type RolloutDetail = z.infer<typeof rolloutDetail>;

export const rolloutPreview = z.object({
  ok: z.boolean(),
  /** What hinders it as a whole. */
  problems: z.array(z.object({ field: z.string(), message: z.string() })),
  boxes: z.array(
    z.object({
      box: z.string(),
      /** Null for one that is in no wave. */
      wave: z.int().nullable(),
      /** Whether it takes part; false: its document is as the change would have it already, and it is left out. */
      touched: z.boolean(),
      /** Fields that would change; none where a version of a template changes nothing at this branch. */
      changes: z.int(),
      faults: z.array(wireFault),
      /** Why it cannot be in it. */
      hinders: z
        .enum([
          'no-version',
          'faults',
          'in-another-rollout',
          'no-release',
          'release-not-kept',
          'older-release',
          'no-way-back',
        ])
        .nullable(),
      online: z.boolean(),
      /** Hours of the week in which it may be changed, of 168; null for any. */
      quietHours: z.int().nullable(),
    }),
  ),
});
export type RolloutPreview = z.infer<typeof rolloutPreview>;

const order = z.strictObject(who);

export const rolloutRoutes = {
  rollouts: route({
    method: 'get',
    path: '/api/rollouts',
    access: 'session',
    needs: 'look-all',
    says: 'the rollouts, newest first',
    response: z.object({ rollouts: z.array(rolloutSummary) }),
  }),
  rollout: route({
    method: 'get',
    path: '/api/rollouts/{rollout}',
    access: 'session',
    needs: 'look-all',
    says: 'one rollout: its waves, each box with what it was judged by, why it stopped',
    response: rolloutDetail,
  }),
  checkRollout: route({
    method: 'post',
    path: '/api/rollouts/check',
    access: 'session',
    needs: 'look-all',
    says: 'which box a rollout would take in which wave, and what hinders; nothing changes',
    body: rolloutPlan,
    response: rolloutPreview,
  }),
  startRollout: route({
    method: 'post',
    path: '/api/rollouts',
    access: 'session',
    needs: 'act-all',
    says: 'begin a rollout',
    body: rolloutPlan.extend(who),
    response: rolloutDetail,
  }),
  pauseRollout: route({
    method: 'post',
    path: '/api/rollouts/{rollout}/pause',
    access: 'session',
    needs: 'act-all',
    says: 'begin nothing new; what is begun is watched to its end',
    body: order,
    response: rolloutDetail,
  }),
  resumeRollout: route({
    method: 'post',
    path: '/api/rollouts/{rollout}/resume',
    access: 'session',
    needs: 'act-all',
    says: 'go on after a pause',
    body: order,
    response: rolloutDetail,
  }),
  abortRollout: route({
    method: 'post',
    path: '/api/rollouts/{rollout}/abort',
    access: 'session',
    needs: 'act-all',
    says: 'stop, and take every box back to what it had',
    body: order,
    response: rolloutDetail,
  }),
  finishRollout: route({
    method: 'post',
    path: '/api/rollouts/{rollout}/finish',
    access: 'session',
    needs: 'act-all',
    says: 'let the boxes be that have not been touched; those that have the change keep it. Refused while one is tried or watched',
    body: order,
    response: rolloutDetail,
  }),
} as const;
