/**
 * One call in a line, told from its events and from nothing else. The box, headquarters and the pages all use this
 * one function, so that they cannot tell different stories.
 */
import * as z from 'zod';
import { CALL_OUTCOMES, knownEvent, party, type KnownEvent, type LedgerEvent } from './ledger.ts';

export const callSummary = z.object({
  id: z.string(),
  direction: z.enum(['in', 'out', 'internal']),
  from: party,
  dialled: z.string(),
  trunk: z.string().nullable(),
  queue: z.string().nullable(),
  /** Everybody who talked with the caller, in order. */
  answeredBy: z.array(party),
  startedAt: z.iso.datetime(),
  answeredAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  waitMs: z.number().nullable(),
  talkMs: z.number(),
  /** 'live' while it goes on. */
  outcome: z.enum(['live', ...CALL_OUTCOMES]),
  recording: z.string().nullable(),
  /** Why there is no recording, for an answered call without one. */
  notRecordedBecause: z.string().nullable(),
  held: z.boolean(),
  transfers: z.int(),
  emergency: z.boolean(),
  /** Of a call that calls a customer back: which callback, and when it was asked for. */
  callback: z.object({ id: z.string(), askedAt: z.iso.datetime() }).optional(),
  /** Found out later: after a restart of the service or the engine. */
  recovered: z.boolean(),
  lastSeq: z.int(),
  /** The branch's stand-in handled it. */
  standIn: z.literal(true).optional(),
  /** Its recording is at the stand-in still, and comes to the box by itself. */
  recordingComes: z.literal(true).optional(),
});
export type CallSummary = z.infer<typeof callSummary>;

/** The summary after one more event of the call; undefined for an event that starts no call and follows none. */
export function tell(summary: CallSummary | undefined, raw: LedgerEvent): CallSummary | undefined {
  if (raw.call === undefined) return summary;
  const event = knownEvent(raw);
  if (!event) return summary && { ...summary, lastSeq: Math.max(summary.lastSeq, raw.seq) };
  const begun = summary ?? begin(event, raw.call);
  if (!begun) return undefined;
  return { ...begun, ...changes(begun, event), lastSeq: Math.max(begun.lastSeq, raw.seq) };
}

function begin(event: KnownEvent, call: string): CallSummary | undefined {
  const blank = {
    id: call,
    trunk: null,
    queue: null,
    answeredBy: [],
    startedAt: event.at,
    answeredAt: null,
    endedAt: null,
    waitMs: null,
    talkMs: 0,
    outcome: 'live' as const,
    recording: null,
    notRecordedBecause: null,
    held: false,
    transfers: 0,
    emergency: false,
    recovered: false,
    lastSeq: event.seq,
  };
  if (event.type === 'call.offered') {
    const { direction, from, dialled, trunk, emergency, callback } = event.body;
    const known = { direction, from, dialled, trunk: trunk ?? null, emergency: emergency ?? false };
    return callback
      ? {
          ...blank,
          ...known,
          queue: callback.queue,
          callback: { id: callback.id, askedAt: callback.askedAt },
        }
      : { ...blank, ...known };
  }
  if (event.type === 'call.survived') {
    const { direction, from, dialled } = event.body;
    return { ...blank, direction, from: { kind: 'caller', id: from }, dialled };
  }
  return undefined;
}

function changes(now: CallSummary, event: KnownEvent): Partial<CallSummary> {
  switch (event.type) {
    case 'call.queued':
      return { queue: event.body.queue };
    case 'call.answered':
      return {
        answeredAt: now.answeredAt ?? event.at,
        waitMs: now.waitMs ?? event.body.waitedMs,
        answeredBy: [...now.answeredBy, event.body.by],
        queue: event.body.queue ?? now.queue,
      };
    case 'call.joined': {
      const { who } = event.body;
      const isKnown = [now.from, ...now.answeredBy].some(
        ({ kind, id }) => kind === who.kind && id === who.id,
      );
      return isKnown ? {} : { answeredBy: [...now.answeredBy, who] };
    }
    case 'call.held':
      return { held: true };
    case 'call.resumed':
      return { held: false };
    case 'call.transferred':
      return { transfers: now.transfers + 1, held: false };
    case 'recording.started':
      return { recording: event.body.recording };
    case 'call.ended':
      return {
        endedAt: event.at,
        talkMs: event.body.talkMs,
        outcome: event.body.outcome,
        held: false,
        recording: event.body.recorded.kept ? (event.body.recorded.recording ?? now.recording) : null,
        notRecordedBecause: event.body.recorded.because ?? null,
        recovered: event.body.recovered !== undefined,
      };
    case 'call.survived':
      return {
        startedAt: event.body.startedAt,
        answeredAt: event.body.answeredAt ?? null,
        endedAt: event.body.endedAt,
        outcome: 'survived',
        answeredBy: event.body.answeredBy ? [{ kind: 'extension', id: event.body.answeredBy }] : [],
        talkMs: event.body.answeredAt
          ? Date.parse(event.body.endedAt) - Date.parse(event.body.answeredAt)
          : 0,
        recovered: true,
      };
    default:
      return {};
  }
}
