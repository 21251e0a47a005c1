/** One event of a call as a sentence. Pure; names are given. */
import { knownEvent, type KnownEvent, type LedgerEvent } from '@branchline/contracts/ledger';
import { say, type Say } from '../../words/say.ts';
import type { Names } from '../people-context.ts';
import type { Shape } from '../show/mark.tsx';
import { callbackSay } from './callback-words.ts';
import { outgoingSay } from './outgoing-words.ts';
import { soundSay } from './sound-words.ts';

/** Who each leg rings at, learnt from the events before. */
export type Legs = ReadonlyMap<string, string>;

export function legsOf(events: readonly LedgerEvent[], names: Names): Legs {
  const legs = new Map<string, string>();
  for (const raw of events) {
    const event = knownEvent(raw);
    if (event?.type === 'call.leg-offered') legs.set(event.body.leg, names.party(event.body.to));
  }
  return legs;
}

export function eventSay(raw: LedgerEvent, names: Names, legs: Legs): Say {
  const event = knownEvent(raw);
  if (!event) return say('event.other', { type: raw.type });
  return (
    courseSay(event, names, legs) ??
    parkingSay(event, names) ??
    supervisionSay(event, names) ??
    askedSay(event) ??
    callbackSay(event, names) ??
    outgoingSay(event, names) ??
    soundSay(event, names) ??
    recordingSay(event) ??
    say('event.other', { type: raw.type })
  );
}

function courseSay(event: KnownEvent, names: Names, legs: Legs): Say | undefined {
  switch (event.type) {
    case 'call.offered':
      return offeredSay(event.body, names);
    case 'call.flow':
      return flowSay(event.body);
    case 'call.queued':
      return say('event.queued', { queue: event.body.queue, position: event.body.position });
    case 'call.announced':
      return say('event.announced', { position: event.body.position });
    case 'call.overflowed':
      return say('event.overflowed', {
        queue: event.body.queue,
        because: { say: say(`overflow.${event.body.because}`) },
        to: event.body.to ?? '',
      });
    case 'call.moved': {
      const { from, to, waitedMs, by } = event.body;
      return say('event.moved', { from, to, waited: { watch: waitedMs }, by });
    }
    case 'call.leg-offered': {
      const holes = { to: names.party(event.body.to), attempt: event.body.attempt };
      const { ordered } = event.body;
      if (ordered !== undefined) return say('event.legOfferedByOrder', { ...holes, by: ordered });
      return say(event.body.attempt > 1 ? 'event.legOfferedAgain' : 'event.legOffered', holes);
    }
    case 'call.leg-ringing': {
      const to = legs.get(event.body.leg);
      return to === undefined ? say('event.legRingingUnknown') : say('event.legRinging', { to });
    }
    case 'call.leg-asked': {
      const to = legs.get(event.body.leg);
      return say('event.legAsked', { to: to ?? '' });
    }
    case 'call.leg-refused':
      return say(`event.refused.${event.body.reason}`, { to: names.party(event.body.to) });
    case 'call.answered':
      return say('event.answered', {
        by: names.party(event.body.by),
        waited: { watch: event.body.waitedMs },
      });
    case 'call.held':
      return say('event.held', { by: names.party(event.body.by) });
    case 'call.resumed':
      return say('event.resumed', { by: names.party(event.body.by), held: { watch: event.body.heldMs } });
    case 'call.transferred': {
      const holes = { by: names.party(event.body.by), to: names.number(event.body.to) };
      return say(event.body.kind === 'blind' ? 'event.transferredBlind' : 'event.transferredAttended', holes);
    }
    case 'call.joined': {
      const [who, by] = [names.party(event.body.who), names.party(event.body.by)];
      return who === by ? say('event.joinedHimself', { who }) : say('event.joined', { who, by });
    }
    case 'call.leg-ended':
      return say('event.legEnded', {
        who: names.party(event.body.who),
        talked: { watch: event.body.talkMs },
      });
    case 'call.ended':
      return say(event.body.outcome === 'merged' ? 'event.endedMerged' : ENDED[event.body.endedBy]);
    case 'call.survived':
      return say('event.survived');
    default:
      return undefined;
  }
}

function parkingSay(event: KnownEvent, names: Names): Say | undefined {
  switch (event.type) {
    case 'call.parked':
      return say('event.parked', { by: names.party(event.body.by), slot: event.body.slot });
    case 'call.retrieved': {
      const { by, slot, parkedMs } = event.body;
      return say('event.retrieved', { by: names.party(by), slot, parked: { watch: parkedMs } });
    }
    case 'call.parked-too-long': {
      const { slot, parkedMs, to } = event.body;
      return say('event.parkedTooLong', { slot, parked: { watch: parkedMs }, to: names.number(to) });
    }
    case 'call.picked-up':
      return event.body.from.length === 0
        ? say('event.pickedUpAlone', { by: names.party(event.body.by) })
        : say('event.pickedUp', {
            by: names.party(event.body.by),
            from: names.parties(event.body.from),
          });
    default:
      return undefined;
  }
}

function supervisionSay(event: KnownEvent, names: Names): Say | undefined {
  switch (event.type) {
    case 'call.supervised': {
      const { by, of, mode, ordered } = event.body;
      return say(`event.supervised.${mode}`, { by: names.party(by), of: names.party(of), ordered });
    }
    case 'call.supervision-ended': {
      const { by, because, listenedMs } = event.body;
      return because === 'not-answered'
        ? say('event.supervisionNotAnswered', { by: names.party(by) })
        : say('event.supervisionEnded', { by: names.party(by), listened: { watch: listenedMs } });
    }
    default:
      return undefined;
  }
}

function askedSay(event: KnownEvent): Say | undefined {
  switch (event.type) {
    case 'survey.answered':
      return say('event.surveyAnswered', event.body);
    case 'voicemail.left':
      return say('event.voicemailLeft', {
        box: event.body.box,
        duration: { watch: event.body.durationMs },
      });
    case 'voicemail.empty':
      return say('event.voicemailEmpty', { box: event.body.box });
    case 'voicemail.refused':
      return say('event.voicemailRefused', { box: event.body.box });
    case 'voicemail.heard':
      return say('event.voicemailHeard', { box: event.body.box, by: event.body.by });
    case 'voicemail.deleted':
      return say('event.voicemailDeleted', { box: event.body.box, by: event.body.by });
    default:
      return undefined;
  }
}

const ENDED = {
  caller: 'event.endedCaller',
  callee: 'event.endedCallee',
  branch: 'event.endedBranch',
  engine: 'event.endedEngine',
} as const;

type Body<T extends KnownEvent['type']> = Extract<KnownEvent, { type: T }>['body'];

function offeredSay(body: Body<'call.offered'>, names: Names): Say {
  const holes = { from: names.party(body.from), dialled: names.number(body.dialled) };
  const { callback } = body;
  if (callback)
    return say('event.offeredBack', { ...holes, queue: callback.queue, at: { at: callback.askedAt } });
  return body.trunk === undefined || body.direction !== 'in'
    ? say('event.offeredNoTrunk', holes)
    : say('event.offeredIn', { ...holes, trunk: body.trunk });
}

function flowSay(body: Body<'call.flow'>): Say {
  if (body.digit !== undefined) return say('event.flowDigit', { digit: body.digit, flow: body.flow });
  if (body.heard !== undefined) return say('event.flowHeard', { heard: body.heard, flow: body.flow });
  return say('event.flowStep', { flow: body.flow, step: body.step });
}

function recordingSay(event: KnownEvent): Say | undefined {
  switch (event.type) {
    case 'recording.started':
      return say('event.recordingStarted');
    case 'recording.stalled':
      return say('event.recordingStalled');
    case 'recording.ended': {
      const holes = { duration: { watch: event.body.durationMs } };
      return say(event.body.salvaged ? 'event.recordingSalvaged' : 'event.recordingEnded', holes);
    }
    case 'recording.missing':
      return say('event.recordingMissing', { because: event.body.because });
    default:
      return undefined;
  }
}

/** The shape beside the sentence: what went as it should, what did not, what merely happened. */
export function eventShape(type: string): Shape {
  if (type === 'call.answered') return 'good';
  if (type === 'callback.tried' || type === 'callback.refused') return 'warn';
  if (type === 'call.leg-refused' || type === 'call.survived') return 'warn';
  if (
    type === 'call.left-alone' ||
    type === 'call.denied' ||
    type === 'call.preempted' ||
    type === 'call.turned-away'
  )
    return 'warn';
  if (type === 'recording.stalled' || type === 'recording.missing') return 'bad';
  return 'note';
}
