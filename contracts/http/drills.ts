/** Headquarters' API of drills: a branch is moved to its stand-in on purpose, measured by calls, and brought home; each leaves a report. */
import * as z from 'zod';
import { party } from '../continuity.ts';
import { continuityStep } from './continuity.ts';
import { route } from './route.ts';

const at = z.iso.datetime();

/**
 * `move`: headquarters has the stand-in take over, for a while. `cut-uplink`: the box closes its line to headquarters for a while, and is
 * expected to go on answering. The others a person does at the branch when headquarters says so, and undoes: no program pulls a plug.
 */
export const DRILL_KINDS = ['move', 'cut-uplink', 'pull-line', 'take-mains', 'stop-box'] as const;
/** Done by a person's hands at the branch. */
export type HandDrill = Exclude<DrillKind, 'move' | 'cut-uplink'>;
export const HAND_DRILLS: readonly DrillKind[] = [
  'pull-line',
  'take-mains',
  'stop-box',
] satisfies HandDrill[];
export const drillKind = z.enum(DRILL_KINDS);
export type DrillKind = z.infer<typeof drillKind>;

/** waiting: for its time. before: the box is called as it is. moving: until the other answers. held: for a while. returning: until the box answers again. */
export const DRILL_STATES = [
  'waiting',
  'before',
  'moving',
  'held',
  'returning',
  'passed',
  'failed',
  'stopped',
] as const;
export type DrillState = (typeof DRILL_STATES)[number];

export const DRILL_REASONS = [
  'box-does-not-answer',
  'stand-in-not-ready',
  'not-moved',
  'did-not-come-home',
  'call-unanswered',
  'unanswered-too-long',
  'no-number',
  'refused-by-box',
  'ordered',
  'person-ordered',
] as const;

export const DRILL_PHASES = ['before', 'during', 'after'] as const;

/** A call to the branch's number from outside, by the stand-in's cloud line. */
export const drillCall = z.object({
  at,
  phase: z.enum(DRILL_PHASES),
  /** Who answered; null: nobody. */
  by: party.nullable(),
  /** From its begin to the answer, ms. */
  ms: z.number().nullable(),
});
export type DrillCall = z.infer<typeof drillCall>;

export const drill = z.object({
  id: z.string(),
  box: z.string(),
  kind: drillKind,
  state: z.enum(DRILL_STATES),
  who: z.string(),
  note: z.string().nullable(),
  orderedAt: at,
  /** Not before then. */
  plannedFor: at.nullable(),
  /** Begun in an hour in which the branch has few calls. */
  inQuietHour: z.boolean(),
  /** When the fault began, when the other answered first, when the fault was ended, when the box answered again. */
  begunAt: at.nullable(),
  movedAt: at.nullable(),
  liftedAt: at.nullable(),
  homeAt: at.nullable(),
  endedAt: at.nullable(),
  because: z.enum(DRILL_REASONS).nullable(),
  /** Who ended it early. */
  endedBy: z.string().nullable(),
  /** The number that was called, as the branch's document has it. */
  number: z.string().nullable(),
});
export type DrillSummary = z.infer<typeof drill>;

export const drillDetail = drill.extend({
  calls: z.array(drillCall),
  /** What happened at the branch meanwhile, as its own story has it. */
  story: z.array(continuityStep),
});
export type DrillDetail = z.infer<typeof drillDetail>;

export const newDrill = z.strictObject({
  kind: drillKind,
  note: z.string().trim().min(1).max(200).optional(),
  /** Begun then; at once when left out. */
  at: at.optional(),
  /** Waits for an hour with few calls: at most a tenth of the branch's busiest, by four weeks; 01:00 to 05:00 of a branch with hardly any. */
  quietHour: z.boolean().default(false),
  /** How long the stand-in answers, or the person has at most to put things right again, before the way back, s. */
  holdS: z.int().min(10).max(3_600).default(30),
});

export const drillRoutes = {
  drills: route({
    method: 'get',
    path: '/api/drills',
    access: 'session',
    needs: 'look',
    says: 'the drills, newest first; of one branch with box',
    query: z.object({
      box: z.string().max(40).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(200),
    }),
    response: z.object({ drills: z.array(drill) }),
  }),
  drill: route({
    method: 'get',
    path: '/api/drills/{drill}',
    access: 'session',
    needs: 'look',
    says: 'one drill with every call that measured it',
    response: drillDetail,
  }),
  beginDrill: route({
    method: 'post',
    path: '/api/boxes/{box}/drills',
    access: 'session',
    needs: 'act',
    says: 'begin a drill at a branch, or plan one; refused while another one is open there',
    body: newDrill,
    response: drillDetail,
  }),
  drillUndone: route({
    method: 'post',
    path: '/api/drills/{drill}/undone',
    access: 'session',
    needs: 'act',
    says: 'what a person did at the branch for this drill is undone: the way back begins',
    body: z.strictObject({}),
    response: drillDetail,
  }),
  stopDrill: route({
    method: 'post',
    path: '/api/drills/{drill}/stop',
    access: 'session',
    needs: 'act',
    says: 'end a drill at once: what it changed is taken back',
    body: z.strictObject({}),
    response: drillDetail,
  }),
} as const;
