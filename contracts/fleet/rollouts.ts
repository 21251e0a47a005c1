/** A change that goes over many branches in waves: what is asked for, what each box is in, what a wave is judged by. */
import * as z from 'zod';
import { CONFIRM_WITHIN_S } from './documents.ts';
import { releaseVersion } from '../release.ts';
import { releaseTerms } from './releases.ts';
import { templateName } from './templates.ts';

export const MOST_ROLLOUT_BOXES = 10_000;
const boxName = z.string().min(1).max(40);

/**
 * document: fields that are set; without `becomes` the field is taken out. template: branches beneath a template go by this version of it.
 * assignment: branches come to stand beneath a template, or with null beneath none, and keep what they have. Where branch and template say
 * different things, `keep` leaves the branch its own and `drop` gives it the template's. release: boxes run this release of the software.
 */
export const rolloutChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('document'),
    set: z
      .array(
        z.strictObject({
          path: z.array(z.string().min(1).max(80)).min(1).max(20),
          becomes: z.unknown().optional(),
        }),
      )
      .min(1)
      .max(100),
  }),
  z.strictObject({ kind: z.literal('template'), template: templateName, version: z.int().min(1) }),
  z.strictObject({
    kind: z.literal('assignment'),
    template: templateName.nullable(),
    overrides: z.enum(['keep', 'drop']).default('keep'),
  }),
  z.strictObject({
    kind: z.literal('release'),
    version: releaseVersion,
    back: releaseTerms.back,
    kbitS: releaseTerms.kbitS,
    wellForS: releaseTerms.wellForS,
    proveWithinS: releaseTerms.proveWithinS,
  }),
]);
export type RolloutChange = z.infer<typeof rolloutChange>;

/** How much of a wave must have proved itself before the next one begins, %. Boxes that are away count as not yet. */
const enoughPercent = z.int().min(1).max(100).default(100);

/**
 * boxes: pilot branches by name. one-per-model: so many boxes that each hardware model and each gateway model is among them.
 * share: of all boxes of the rollout, those of earlier waves counted. count: so many more. rest: all that are left.
 */
export const waveSpec = z.discriminatedUnion('take', [
  z.strictObject({
    take: z.literal('boxes'),
    boxes: z.array(boxName).min(1).max(MOST_ROLLOUT_BOXES),
    enoughPercent,
  }),
  z.strictObject({ take: z.literal('one-per-model'), enoughPercent }),
  z.strictObject({ take: z.literal('share'), percent: z.int().min(1).max(100), enoughPercent }),
  z.strictObject({ take: z.literal('count'), count: z.int().min(1).max(MOST_ROLLOUT_BOXES), enoughPercent }),
  z.strictObject({ take: z.literal('rest'), enoughPercent }),
]);
export type WaveSpec = z.infer<typeof waveSpec>;

export const GATES = ['confirm', 'phones', 'trunks', 'tests', 'calls', 'alarms'] as const;
export type Gate = (typeof GATES)[number];

/** What a box must keep, held against what it was before the change. */
export const rolloutGates = z.strictObject({
  /** How long a box is watched once its own window is over, s. */
  soakS: z.int().min(1).max(604_800).default(3_600),
  /** A gate that stays bad for so long is believed before the watch is over, s. */
  patienceS: z.int().min(0).max(86_400).default(300),
  /** Of the telephones that could be reached, so many may be away, %. */
  phonesLostPercent: z.int().min(0).max(100).default(10),
  /** Of the trunks that took calls, so many may be down. */
  trunksLost: z.int().min(0).max(100).default(0),
  /** Calls that failed may be more than before by so much of all calls, percentage points. */
  callFailurePoints: z.int().min(0).max(100).default(10),
  /** Fewer calls than this say nothing. */
  leastCalls: z.int().min(1).max(1_000).default(10),
  /** A new alarm of this severity or worse; 'none' looks at none. */
  alarmsFrom: z.enum(['warning', 'major', 'critical', 'none']).default('major'),
});
export type RolloutGates = z.infer<typeof rolloutGates>;

const hourOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/**
 * When a box may be given the change, in its branch's own zone. computed: in the hours in which it has the fewest calls, by four weeks of
 * its calls. stated: from one time of the day to another. any: at once.
 */
export const rolloutHours = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('computed') }),
  z.strictObject({ by: z.literal('stated'), from: hourOfDay, to: hourOfDay }),
  z.strictObject({ by: z.literal('any') }),
]);
export type RolloutHours = z.infer<typeof rolloutHours>;

export const rolloutPlan = z.strictObject({
  name: z.string().trim().min(1).max(80),
  change: rolloutChange,
  boxes: z.array(boxName).min(1).max(MOST_ROLLOUT_BOXES),
  waves: z.array(waveSpec).min(1).max(20),
  gates: rolloutGates.prefault({}),
  hours: rolloutHours.default({ by: 'computed' }),
  /** Boxes that are tried and watched at the same time, at most. */
  atOnce: z.int().min(1).max(MOST_ROLLOUT_BOXES).default(20),
  confirmWithinS: z
    .int()
    .min(CONFIRM_WITHIN_S.least)
    .max(CONFIRM_WITHIN_S.most)
    .default(CONFIRM_WITHIN_S.usual),
});
export type RolloutPlan = z.infer<typeof rolloutPlan>;

/**
 * waiting: not touched. asked: has been given the change. watching: took it, and is watched. good: proved itself. going-back: asked to go by
 * what it had before. back: does. skipped: the change cannot be made there, and nothing was.
 */
export const BOX_STEPS = ['waiting', 'asked', 'watching', 'good', 'going-back', 'back', 'skipped'] as const;
export type BoxStep = (typeof BOX_STEPS)[number];

/** running, paused: nothing new is begun, what is begun is watched. going-back: a gate failed, or a person said so. finished: a person let the rest be. */
export const ROLLOUT_STATUSES = ['running', 'paused', 'going-back', 'gone-back', 'done', 'finished'] as const;
export type RolloutStatus = (typeof ROLLOUT_STATUSES)[number];

/** One gate at one box: what was, what is, what is allowed. Shares are in %, the others are counts. */
export const finding = z.object({
  gate: z.enum(GATES),
  ok: z.boolean(),
  before: z.number().nullable(),
  now: z.number().nullable(),
  limit: z.number().nullable(),
  /** Names of what is missing or new; of `confirm` what the box said. */
  what: z.array(z.string()),
});
export type Finding = z.infer<typeof finding>;
