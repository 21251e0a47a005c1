/** What a trunk is worth, and the evidence for it: in the live state, in the ledger, in the health report. */
import * as z from 'zod';

const time = z.iso.datetime();

/**
 * `up`: takes calls. `degraded`: takes calls, with fewer channels or less well. `draining`: calls in progress go on, new ones go
 * elsewhere while they can. `down`: tried only when nothing else is left. `unknown`: nothing is known of it yet.
 */
export const TRUNK_STATES = ['up', 'degraded', 'draining', 'down', 'unknown'] as const;
export type TrunkState = (typeof TRUNK_STATES)[number];
export const trunkState = z.enum(TRUNK_STATES);

/** Four kinds of evidence, the strongest first, and what somebody ordered. */
export const EVIDENCE_KINDS = ['physical', 'signalling', 'test-call', 'calls', 'order'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** What the evidence says, by kind. */
export const GROUNDS = [
  // physical
  'line-good',
  'line-down',
  'far-end-alarm',
  'some-lines-down',
  'channels-blocked',
  'all-blocked',
  'line-unclear',
  // signalling
  'answers',
  'no-answer',
  'registered',
  'not-registered',
  // real calls
  'calls-good',
  'calls-fail',
  'calls-fail-often',
  'full-early',
  'one-way',
  'one-way-often',
  'short-calls',
  // test calls
  'test-both-ways',
  'test-heard',
  'test-silent',
  'test-not-returned',
  'test-not-answered',
  'test-refused',
  'test-unjudged',
  // order
  'drained-by-person',
  /** Drained, and calls that come in by it are refused. */
  'busied-out',
  'drained-by-document',
] as const;
export type GroundCode = (typeof GROUNDS)[number];

export const VERDICTS = ['good', 'partly', 'bad', 'unclear'] as const;

/** One piece of evidence as it stands. */
export const ground = z.object({
  kind: z.enum(EVIDENCE_KINDS),
  verdict: z.enum(VERDICTS),
  what: z.enum(GROUNDS),
  /** Since when it says so. */
  at: time,
  /** The alarm's name, the line's, a count: as the source gave it. */
  detail: z.string().optional(),
});
export type Ground = z.infer<typeof ground>;

/** The way back up. `settling`: must stay good before it is tried. `quarter`, `half`: takes that share of its channels. `clearing`: takes calls, must stay good to be up. */
export const RETURN_STEPS = ['settling', 'quarter', 'half', 'clearing'] as const;
export type ReturnStep = (typeof RETURN_STEPS)[number];

export const TEST_VERDICTS = [
  /** The tone that was sent came back. */
  'both-ways',
  /** Something was heard; what was sent cannot be checked with this number. */
  'heard',
  /** Answered, and nothing was heard. */
  'silent',
  /** Something was heard, but not the tone that was sent. */
  'not-returned',
  'not-answered',
  'refused',
  /** Given up for a caller's sake, or for want of an engine: says nothing of the trunk. */
  'unjudged',
] as const;
export type TestVerdict = (typeof TEST_VERDICTS)[number];

/** `schedule`: its time had come. `doubt`: the evidence is at odds. `return`: it is on its way back. `order`: somebody asked for it. */
export const TEST_REASONS = ['schedule', 'doubt', 'return', 'order'] as const;
export type TestReason = (typeof TEST_REASONS)[number];

/** `taken`: the exchange answered the code. `unjudged`: given up for a caller's sake, or for want of an engine. */
export const CODE_OUTCOMES = ['taken', 'refused', 'not-answered', 'unjudged'] as const;
export type CodeOutcome = (typeof CODE_OUTCOMES)[number];

/**
 * `waiting`: it is to be dialled and has not been. `failed`: the exchange did not take it; it is tried again. `leaving`: it is not wanted any
 * more, and has not been taken back.
 */
export const FORWARDING_STATES = ['set', 'waiting', 'failed', 'leaving'] as const;

/** What the exchange of a line does with calls that the line does not take, as far as the box knows. */
export const lineForwarding = z.object({
  state: z.enum(FORWARDING_STATES),
  /** E.164. */
  to: z.string(),
  /** How long the exchange rings first, s; null where the document does not say any more. */
  afterS: z.number().min(0).nullable(),
  /** Since when all its codes are taken. */
  setAt: time.nullable(),
  /** Of the newest code. */
  last: z.object({ at: time, outcome: z.enum(CODE_OUTCOMES), cause: z.number().nullable() }).nullable(),
});
export type LineForwarding = z.infer<typeof lineForwarding>;

export const trunkBodies = {
  /** A trunk is worth something else from now on. `lastedMs`: how long it was what it was before. */
  'trunk.changed': z.object({
    trunk: z.string(),
    from: trunkState,
    to: trunkState,
    because: z.array(ground),
    lastedMs: z.number().min(0),
    /** On its way back: which step, and when the next one comes. */
    returning: z.object({ step: z.enum(RETURN_STEPS), until: time }).optional(),
  }),
  'trunk.tested': z.object({
    trunk: z.string(),
    to: z.string(),
    why: z.enum(TEST_REASONS),
    verdict: z.enum(TEST_VERDICTS),
    /** From dialling to the verdict. */
    tookMs: z.number().min(0),
    /** From dialling to the answer. */
    answerMs: z.number().min(0).optional(),
    /** ITU-T Q.850, of a call that was refused. */
    cause: z.number().optional(),
    /** Packets that came, where the engine could tell. */
    packets: z.number().optional(),
  }),
  /** Codes were dialled on a line, so that its exchange forwards what the line does not take, or does so no more. */
  'trunk.forwarding': z.object({
    trunk: z.string(),
    /** `left-behind`: the line is gone from the document; what its exchange does nobody can change from here. */
    what: z.enum(['set', 'cancelled', 'left-behind']),
    /** E.164. */
    to: z.string(),
    outcome: z.enum(CODE_OUTCOMES).optional(),
    /** The code that was not taken. */
    code: z.string().optional(),
    /** ITU-T Q.850, of a code that was refused. */
    cause: z.number().optional(),
    tookMs: z.number().min(0).optional(),
  }),
} as const;

export const liveTrunk = z.object({
  id: z.string(),
  gateway: z.string(),
  kind: z.string(),
  state: trunkState,
  since: time.nullable(),
  /** What the state stands on. */
  because: z.array(ground),
  /** The newest of each kind. `weight`: which one counts more, up to 100. `until`: when it is too old to count. */
  evidence: z.array(ground.extend({ weight: z.int(), until: time.nullable() })),
  channels: z.int(),
  /** Channels that it may be given calls on now. */
  usable: z.int(),
  calls: z.array(z.string()),
  /** Trunks that calls go by in its place, in the order of the routes, with the channels they have free. */
  instead: z.array(z.object({ trunk: z.string(), free: z.int() })),
  /** What it takes to come back; null when there is nothing to come back from. `at`: when the next step is, if it stays good. */
  back: z
    .object({
      step: z.enum([...RETURN_STEPS, 'evidence', 'order']),
      at: time.nullable(),
      /** When it takes all its calls again, if everything stays good. */
      fullAt: time.nullable(),
      /** Whose word has to change first. */
      needs: z.array(z.enum(EVIDENCE_KINDS)),
    })
    .nullable(),
  /** Of real calls lately. */
  figures: z.object({
    calls: z.int(),
    answered: z.int(),
    failed: z.int(),
    full: z.int(),
    oneWay: z.int(),
    short: z.int(),
  }),
  /** Null when the document names no number to call. */
  test: z
    .object({
      to: z.string(),
      running: z.boolean(),
      last: z.object({ at: time, verdict: z.enum(TEST_VERDICTS), why: z.enum(TEST_REASONS) }).nullable(),
      next: time.nullable(),
    })
    .nullable(),
  /** Null when the document asks nothing of its exchange, and nothing is left there. */
  forwarding: lineForwarding.nullable(),
});
export type LiveTrunk = z.infer<typeof liveTrunk>;
