/**
 * The ledger: what happened at a branch, as numbered events. The box numbers them without gaps within one epoch (the
 * life of one database); (box, epoch, seq) names an event for ever. A decoder lets fields and types it does not know pass,
 * so that an old controller can keep what a new box tells.
 */
import * as z from 'zod';
import { alarmBodies } from './alarm-events.ts';
import { soundBodies } from './call-sound.ts';
import { clockBodies } from './clock.ts';
import { callbackBodies } from './callback-events.ts';
import { contactBodies } from './contacts.ts';
import { continuityBodies } from './continuity-events.ts';
import { candidate, offerWhy } from './offer-why.ts';
import { outgoingBodies } from './outgoing-events.ts';
import { party } from './party.ts';
import { networkBodies } from './network.ts';
import { powerBodies } from './power.ts';
import { selfCheckBodies } from './self-check.ts';
import { trunkBodies } from './trunks.ts';

const id = z.string().min(1).max(80);
const ms = z.number().min(0);

export { party, type Party } from './party.ts';

const leg = { leg: id };

/** How a call came to an end, from the caller's side. 'survived': the engine took it alone; call.survived says how it went on. */
export const CALL_OUTCOMES = [
  'answered',
  'abandoned',
  'not-answered',
  'busy',
  'refused',
  'failed',
  'merged',
  'survived',
] as const;

/** `listen`: nobody hears him. `whisper`: the agent does, the other side does not. `barge`: both do. */
export const SUPERVISION_MODES = ['listen', 'whisper', 'barge'] as const;
export type SupervisionMode = (typeof SUPERVISION_MODES)[number];

/** Each type of event with what it says beside its envelope. */
export const eventBodies = {
  'call.offered': z.object({
    direction: z.enum(['in', 'out', 'internal']),
    from: party,
    dialled: z.string(),
    /** The entry of `numbers` that was dialled, for a call in. */
    number: z.string().optional(),
    trunk: z.string().optional(),
    emergency: z.boolean().optional(),
    /** Of a call that calls a customer back. */
    callback: z.object({ id, queue: z.string(), askedAt: z.iso.datetime() }).optional(),
  }),
  'call.flow': z.object({
    flow: z.string(),
    /** Where the step stands in the document: '3' for the third, '3.closed.1' for the first of what stands beneath it. */
    node: z.string().optional(),
    step: z.string(),
    heard: z.string().optional(),
    digit: z.string().optional(),
  }),
  'call.queued': z.object({
    queue: z.string(),
    priority: z.number(),
    position: z.number(),
    /** The tag that gave the priority. */
    tag: z.string().optional(),
    /** He was cut off while he waited, and has the place he had then: how long he has waited already. */
    keptWaitMs: ms.optional(),
    expectedWaitMs: ms.optional(),
  }),
  /** The caller was told where he stands. */
  'call.announced': z.object({ queue: z.string(), position: z.number(), expectedWaitMs: ms.optional() }),
  /** Left a queue without an agent, and goes on elsewhere: by a rule of the queue, or by a digit. */
  'call.overflowed': z.object({
    queue: z.string(),
    because: z.enum([
      'waiting',
      'length',
      'expected-wait',
      'nobody-signed-in',
      'nobody-there',
      'closed',
      'digit',
      'queue-gone',
    ]),
    to: z.string().optional(),
    waitedMs: ms,
  }),
  /** A person took him out of a queue, or of the slot he was parked in, and sent him elsewhere. */
  'call.moved': z.object({ from: z.string(), to: z.string(), waitedMs: ms, by: z.string() }),
  'call.parked': z.object({ by: party, slot: z.string() }),
  'call.retrieved': z.object({ by: party, slot: z.string(), parkedMs: ms }),
  /** Nobody took it in time: it goes back to who parked it. */
  'call.parked-too-long': z.object({ slot: z.string(), parkedMs: ms, to: z.string() }),
  /** Somebody else answered what rang at these. `ordered`: who had his telephone rung for it; he dialled himself when left out. */
  'call.picked-up': z.object({ by: party, from: z.array(party), ordered: z.string().optional() }),
  /** One more talks: invited, or brought in with the call that was merged. */
  'call.joined': z.object({ ...leg, who: party, by: party, merged: id.optional() }),
  'call.leg-offered': z.object({
    ...leg,
    to: party,
    queue: z.string().optional(),
    attempt: z.number(),
    /** Of an offer that a queue made: the chosen agent and the best few (row C1 of the mission); the others are counted in `why`. */
    candidates: z.array(candidate).optional(),
    why: offerWhy.optional(),
    /** The queue had decided so before, as a callback rings its customer first ('callback.agent-kept'). */
    kept: z.boolean().optional(),
    /** Who had it ring here although it rings elsewhere; whoever answers first has it. */
    ordered: z.string().optional(),
  }),
  'call.leg-ringing': z.object({ ...leg }),
  /** Somebody has answered at a person's mobile, and is asked to take the call by pressing 1. */
  'call.leg-asked': z.object({ ...leg }),
  'call.leg-refused': z.object({
    ...leg,
    to: party,
    reason: z.enum([
      'no-answer',
      'busy',
      'declined',
      'unreachable',
      'caller-gone',
      'congestion',
      'failed',
      'answered-elsewhere',
    ]),
    /** ITU-T Q.850 cause where the engine told one. */
    cause: z.number().optional(),
    /** The far end's final SIP response, of a line outside; absent when it said nothing. */
    sip: z.int().optional(),
    /** From the try to this, of a line outside. */
    afterMs: ms.optional(),
    queue: z.string().optional(),
  }),
  'call.answered': z.object({ ...leg, by: party, queue: z.string().optional(), waitedMs: ms }),
  ...callbackBodies,
  ...outgoingBodies,
  'survey.answered': z.object({ survey: z.string(), question: z.string(), answer: z.string() }),
  'call.held': z.object({ by: party }),
  'call.resumed': z.object({ by: party, heldMs: ms }),
  'call.transferred': z.object({
    kind: z.enum(['blind', 'attended']),
    by: party,
    to: z.string(),
    merged: id.optional(),
  }),
  /** Nobody of the branch was left in the talk: those outside were not left to go on at its cost. */
  'call.left-alone': z.object({ who: z.array(party) }),
  /** A supervisor hears the talk from now on, or goes on in another mode. */
  'call.supervised': z.object({
    by: party,
    /** Whose side of the talk he is at. */
    of: party,
    mode: z.enum(SUPERVISION_MODES),
    /** Who asked for it. */
    ordered: z.string(),
  }),
  'call.supervision-ended': z.object({
    by: party,
    of: party,
    mode: z.enum(SUPERVISION_MODES),
    /** How long he was in, whatever the mode; 0 when he did not answer. */
    listenedMs: ms,
    because: z.enum(['left', 'ordered', 'talk-over', 'not-answered']),
  }),
  'call.leg-ended': z.object({
    ...leg,
    who: party,
    talkMs: ms,
    cause: z.number().optional(),
    /** The wrap-up that follows, of an agent of a queue; 'agent.wrap-up' when it becomes another. */
    wrapUpMs: ms.optional(),
  }),
  ...soundBodies,
  'call.ended': z.object({
    outcome: z.enum(CALL_OUTCOMES),
    endedBy: z.enum(['caller', 'callee', 'branch', 'engine']),
    phase: z.enum(['flow', 'queue', 'ringing', 'talking']),
    talkMs: ms,
    totalMs: ms,
    cause: z.number().optional(),
    recorded: z.object({ kept: z.boolean(), because: z.string().optional(), recording: id.optional() }),
    /** Set when the end was found out later: after a restart of the service or the engine. */
    recovered: z.enum(['service-restart', 'engine-restart']).optional(),
  }),
  'call.survived': z.object({
    direction: z.enum(['in', 'out', 'internal']),
    from: z.string(),
    dialled: z.string(),
    answeredBy: z.string().optional(),
    status: z.string(),
    startedAt: z.string(),
    answeredAt: z.string().optional(),
    endedAt: z.string(),
  }),
  'recording.started': z.object({ recording: id, channels: z.array(party) }),
  'recording.stalled': z.object({ recording: id, bytes: z.number() }),
  'recording.ended': z.object({
    recording: id,
    durationMs: ms,
    bytes: z.number(),
    sha256: z.string(),
    /** True when it was put together after the engine or the service died: up to lostMs of sound may be missing at its end. */
    salvaged: z.boolean(),
    lostMs: ms.optional(),
  }),
  'recording.missing': z.object({ recording: id, because: z.string() }),
  'voicemail.left': z.object({
    box: z.string(),
    message: id,
    from: z.string(),
    durationMs: ms,
    bytes: z.number(),
    sha256: z.string(),
  }),
  /** The caller has hung up after the tone, without a word. */
  'voicemail.empty': z.object({ box: z.string(), from: z.string(), durationMs: ms }),
  /** No message can be kept: the caller was told so. */
  'voicemail.refused': z.object({ box: z.string(), from: z.string(), because: z.string() }),
  /** By an extension, or by the address of who used the page. */
  'voicemail.heard': z.object({ box: z.string(), message: id, by: z.string() }),
  /** By the same, or by 'retention' when its time was over. */
  'voicemail.deleted': z.object({ box: z.string(), message: id, by: z.string() }),
  /** `again`: nothing has changed; it is said with each day and each start, so that the figures of a day need no other day. */
  'agent.state': z.object({
    agent: id,
    state: z.string(),
    reason: z.string().optional(),
    /** Who ordered it; the agent himself, at his telephone, when left out. */
    by: z.string().optional(),
    again: z.boolean().optional(),
  }),
  /** Wrap-up ends at another moment than was said before. `by` as with 'agent.state'. */
  'agent.wrap-up': z.object({ agent: id, endsAt: z.iso.datetime(), by: z.string().optional() }),
  ...alarmBodies,
  ...trunkBodies,
  ...powerBodies,
  ...selfCheckBodies,
  ...continuityBodies,
  ...networkBodies,
  ...clockBodies,
  ...contactBodies,
  'service.started': z.object({ version: z.string(), adoptedCalls: z.number(), closedCalls: z.number() }),
  'engine.state': z.object({ state: z.enum(['up', 'down']), detail: z.string().optional() }),
  'document.applied': z.object({ revision: z.string(), warnings: z.number() }),
  'operator.action': z.object({ who: z.string(), action: z.string(), subject: z.string().optional() }),
} as const;

export type EventType = keyof typeof eventBodies;
export type EventBody<T extends EventType> = z.infer<(typeof eventBodies)[T]>;

/** An event before the ledger has numbered it. */
export type NewEvent = {
  [T in EventType]: {
    readonly type: T;
    readonly call?: string;
    readonly at: number;
    readonly body: EventBody<T>;
  };
}[EventType];

const envelope = z.looseObject({
  seq: z.int().min(1),
  /** ISO 8601 with milliseconds, UTC, by the box's clock: seq orders events, time does not. */
  at: z.iso.datetime(),
  call: id.optional(),
  type: z.string(),
  body: z.looseObject({}),
});

/** An event as it travels and as it is kept. The body of a type that is not known here is kept as it came. */
export const ledgerEvent = envelope;
export type LedgerEvent = z.infer<typeof ledgerEvent>;

export type KnownEvent = {
  [T in EventType]: { seq: number; at: string; call?: string | undefined; type: T; body: EventBody<T> };
}[EventType];

/** The event with its body checked, or undefined when this version does not know the type or the body does not fit. */
export function knownEvent(event: LedgerEvent): KnownEvent | undefined {
  const schema = (eventBodies as Readonly<Record<string, z.ZodType>>)[event.type];
  const body = schema?.safeParse(event.body);
  return body?.success ? ({ ...event, body: body.data } as KnownEvent) : undefined;
}
