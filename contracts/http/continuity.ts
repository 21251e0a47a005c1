/** Headquarters' API of continuity: who answers a branch's numbers now and why and what a person orders. */
import * as z from 'zod';
import { party } from '../continuity.ts';
import { standInState } from '../stand-in-wire.ts';
import { FORWARDING_STATES } from '../trunks.ts';
import { route } from './route.ts';

export const CONTINUITY_STATES = ['serving', 'suspect', 'standing-in', 'returning'] as const;

/** Why a branch is where it is; the pages have words for each. */
export const GROUNDS = [
  'well',
  'silent',
  'silent-but-answers',
  'engine-down',
  'silent-and-no-answer',
  'engine-down-and-no-answer',
  'power-asked',
  'ordered',
  'not-yet-proven',
  'stand-in-gone',
  'proving',
  'dropped',
] as const;

const at = z.iso.datetime();

/** One line of a branch's story, newest last. */
export const CONTINUITY_STEPS = [
  'silent',
  'back',
  'suspected',
  'well',
  'test-call-answered',
  'test-call-unanswered',
  'carrier-asked',
  'carrier-confirmed',
  'carrier-refused',
  'carrier-silent',
  'carrier-otherwise',
  'stands-in',
  'comes-home',
  'home',
  'move-given-up',
  'acts',
  'ordered',
  'order-ended',
  'places-handed-over',
  'numbers-moved',
  'numbers-back',
  'no-room',
  'dropped',
  'stand-in-gone',
  'stand-in-back',
] as const;

export const continuityStep = z.object({
  at,
  what: z.enum(CONTINUITY_STEPS),
  /** Of those that concern one of the two. */
  party: party.nullable(),
  because: z.enum(GROUNDS).nullable(),
  /** Whose order; how many places, or numbers. */
  who: z.string().nullable(),
  count: z.int().nullable(),
});
export type ContinuityStepShown = z.infer<typeof continuityStep>;

const ofParty = <T extends z.ZodType>(each: T) => z.object({ box: each, 'stand-in': each });

export const branchContinuity = z.object({
  box: z.string(),
  /** The name under which its stand-in speaks, and the host that runs it. */
  standIn: z.string(),
  host: z.string(),
  state: z.enum(CONTINUITY_STATES),
  because: z.enum(GROUNDS),
  since: at,
  lease: z.object({ n: z.int(), answers: party.nullable(), acts: party.nullable() }),
  /** Who is to answer; other than `lease.answers` while a move is under way. */
  wants: party,
  move: z.object({ to: party, step: z.enum(['preparing', 'routing', 'letting-go']) }).nullable(),
  /** To whom the carrier brings calls; null while that is not certain. */
  routed: party.nullable(),
  ready: ofParty(z.boolean()),
  online: ofParty(z.boolean()),
  /** Of the stand-in at its host; null while the host has said nothing. */
  standInState: standInState.nullable(),
  standInWhy: z.string().nullable(),
  /** Its host has room for it beside those that it has to run now. */
  hasRoom: z.boolean(),
  /** Whether the stand-in has the branch's newest confirmed document. */
  documentCurrent: z.boolean(),
  hasSecrets: z.boolean(),
  /** How the calls are brought to either: by the carrier's own list of targets, its API, or not at all. */
  carrier: z.object({
    kind: z.enum(['hunting', 'http', 'star-code', 'none']),
    name: z.string().nullable(),
    promiseS: z.number().nullable(),
  }),
  /** Numbers whose lines have their exchange forward what they do not take, as the box has told last; `waiting` where it has told nothing. */
  forwarded: z.array(
    z.object({
      number: z.string(),
      trunk: z.string(),
      /** E.164. */
      to: z.string(),
      /** How long the exchange rings first, s. */
      afterS: z.number(),
      state: z.enum(FORWARDING_STATES),
      setAt: at.nullable(),
    }),
  ),
  /** Come by the box's own line in the cloud, as the lines that bring them are dead; E.164. */
  rerouted: z.array(z.string()),
  order: z.object({ to: party, who: z.string(), at, note: z.string().nullable() }).nullable(),
  /** The box has to be well for so long before its numbers come home, s; and since when it is. */
  provesForS: z.number(),
  wellSince: at.nullable(),
});
export type BranchContinuity = z.infer<typeof branchContinuity>;

export const standInHost = z.object({
  host: z.string(),
  online: z.boolean(),
  /** Stand-ins that may run at once; null while it has said nothing. */
  most: z.int().nullable(),
  /** What its machine can carry by what it has said of it; null while it has not. `byMemory`: stand-ins; calls recorded. */
  capacity: z.object({ byMemory: z.int(), callsEach: z.int(), calls: z.int() }).nullable(),
  running: z.int(),
  branches: z.array(z.string()),
});
export type StandInHost = z.infer<typeof standInHost>;

export const continuityOrder = z.strictObject({
  /** Null ends an order: headquarters decides by itself again. */
  to: party.nullable(),
  note: z.string().trim().min(1).max(200).optional(),
});

export const continuityRoutes = {
  continuity: route({
    method: 'get',
    path: '/api/continuity',
    access: 'session',
    needs: 'look',
    says: 'for each branch that has a stand-in: who answers its numbers now, and why; and the hosts of the stand-ins',
    response: z.object({ branches: z.array(branchContinuity), hosts: z.array(standInHost) }),
  }),
  branchContinuity: route({
    method: 'get',
    path: '/api/boxes/{box}/continuity',
    access: 'session',
    needs: 'look',
    says: "one branch's continuity with its story, the newest 200 steps; null where it has no stand-in",
    response: z.object({ continuity: branchContinuity.nullable(), story: z.array(continuityStep) }),
  }),
  orderContinuity: route({
    method: 'post',
    path: '/api/boxes/{box}/continuity',
    access: 'session',
    needs: 'act',
    says: "have a branch's numbers answered by its stand-in or by its box, whatever is seen, or let headquarters decide again",
    body: continuityOrder,
    response: branchContinuity,
  }),
} as const;
