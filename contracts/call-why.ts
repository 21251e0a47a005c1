/**
 * What became of a call and why, in plain words, from its ledger events alone: every offer with its reasons and what came of it, and
 * what led there. For `branchline why`, the API of the box and that of headquarters.
 */
import * as z from 'zod';
import type { PeopleNames } from './branch/people.ts';
import { soundVerdict, type CallSound } from './call-sound.ts';
import { en, zh, type CallWords } from './call-why-words.ts';
import { knownEvent, type EventBody, type KnownEvent, type LedgerEvent, type Party } from './ledger.ts';
import { whySentences } from './why.ts';

export const callWhy = z.object({
  call: z.string(),
  language: z.enum(['zh', 'en']),
  /** What became of it, in a sentence. */
  summary: z.string(),
  lines: z.array(
    z.object({
      /** The number of the event that is told. */
      seq: z.int(),
      at: z.iso.datetime(),
      says: z.string(),
      /** Of an offer that a queue made: why this agent and why this call, the most important first. */
      because: z.array(z.string()),
      /** Of an offer: what came of it; null while that is open, and for anything else. */
      outcome: z.string().nullable(),
    }),
  ),
});
export type CallWhy = z.infer<typeof callWhy>;
type Line = CallWhy['lines'][number];

export interface WhyReader {
  readonly language: 'zh' | 'en';
  readonly people: PeopleNames;
  /** IANA; times of day within the sentences are told in it. */
  readonly timezone: string;
}

/** `events`: of one call, in the order of their numbers. What is of an unknown type is passed over. */
export function tellWhy(call: string, events: readonly LedgerEvent[], reader: WhyReader): CallWhy {
  const known = events.flatMap((event) => knownEvent(event) ?? []);
  const teller = tellerOf(reader);
  const lines = known.flatMap((event, index) => lineOf(event, known, index, teller) ?? []);
  return { call, language: reader.language, summary: summaryOf(known, teller), lines };
}

interface Teller {
  readonly words: CallWords;
  readonly reader: WhyReader;
  readonly party: (party: Party) => string;
  readonly agent: (id: string) => string;
  readonly time: (at: number) => string;
}

function tellerOf(reader: WhyReader): Teller {
  const { language, people, timezone } = reader;
  const words = language === 'zh' ? zh : en;
  const agent = (id: string): string => people.person(id)?.[language] ?? id;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, timeStyle: 'medium' });
  return {
    words,
    reader,
    agent,
    time: (at) => clock.format(at),
    party: ({ kind, id }) => {
      if (kind === 'agent') return agent(id);
      if (id === '' || id === 'anonymous') return words.anonymous;
      const name = people.extension(id)?.[language];
      return name === undefined ? id : `${name} (${id})`;
    },
  };
}

type Of<T extends KnownEvent['type']> = Extract<KnownEvent, { type: T }>;

function lineOf(
  event: KnownEvent,
  all: readonly KnownEvent[],
  index: number,
  teller: Teller,
): Line | undefined {
  if (event.type === 'call.leg-offered') return offerLine(event, all, index, teller);
  if (event.type === 'callback.agent-kept') return keptLine(event, teller);
  const says = sentenceOf(event, all, teller);
  if (says === undefined) return undefined;
  return { seq: event.seq, at: event.at, says, because: [], outcome: null };
}

function sentenceOf(event: KnownEvent, all: readonly KnownEvent[], teller: Teller): string | undefined {
  const { words, party } = teller;
  switch (event.type) {
    case 'call.offered':
      return words.offered({ ...event.body, from: party(event.body.from) });
    case 'call.flow':
      return event.body.digit === undefined ? undefined : words.pressed(event.body.digit, event.body.flow);
    case 'call.queued':
      return words.queued(event.body);
    case 'call.announced':
      return words.announced(event.body);
    case 'call.overflowed':
      return words.overflowed(event.body);
    case 'call.moved': {
      const { from, to, waitedMs, by } = event.body;
      return words.moved(from, to, waitedMs, by);
    }
    case 'call.picked-up':
      return words.pickedUp(party(event.body.by), event.body.from.map(party), event.body.ordered);
    case 'call.answered':
      return wasOffered(event.body.leg, all) ? undefined : words.joined(party(event.body.by));
    case 'call.transferred':
      return words.transferred(event.body.kind, party(event.body.by), event.body.to);
    case 'call.routed':
      return words.out.routed(event.body);
    case 'call.denied':
      return words.out.denied(event.body);
    case 'call.line-full':
      return words.out.lineFull(event.body);
    case 'call.preempted':
      return words.out.preempted(event.body);
    case 'call.left-alone':
      return words.out.leftAlone(event.body.who.map(party));
    case 'call.turned-away':
      return words.out.turnedAway(event.body);
    case 'voicemail.left':
      return words.message(event.body.box, event.body.durationMs);
    case 'voicemail.empty':
      return words.message(event.body.box, null);
    case 'voicemail.refused':
      return words.messageRefused(event.body.box, event.body.because);
    case 'call.sound':
      return soundSentence(event.body, teller);
    case 'call.ended':
      return words.ended(event.body);
    case 'call.survived':
      return words.survived(event.body.answeredBy);
    default:
      return undefined;
  }
}

/** Only what somebody may have complained of. */
function soundSentence(sound: CallSound, { words, party }: Teller): string | undefined {
  if (sound.silent) return words.oneWay(party(sound.who), sound.silent);
  const verdict = soundVerdict(sound);
  return verdict?.grade === 'poor' ? words.poorSound(party(sound.who), verdict) : undefined;
}

function keptLine({ seq, at, body }: Of<'callback.agent-kept'>, teller: Teller): Line {
  const { words, agent, time, reader } = teller;
  const because = whySentences(body, reader.language, { agent, time });
  return { seq, at, says: words.agentKept(agent(body.agent), body.queue), because, outcome: null };
}

const wasOffered = (leg: string, all: readonly KnownEvent[]): boolean =>
  all.some((event) => event.type === 'call.leg-offered' && event.body.leg === leg);

/** Several telephones of one agent are one offer: it is told with the first of them. */
function offerLine(
  event: Of<'call.leg-offered'>,
  all: readonly KnownEvent[],
  index: number,
  teller: Teller,
): Line | undefined {
  if (all.slice(0, index).some((before) => before.type === event.type && isSameOffer(before, event)))
    return undefined;
  const legs = all.flatMap((each) =>
    each.type === event.type && isSameOffer(each, event) ? [each.body] : [],
  );
  const { words, party, agent, time, reader } = teller;
  const { body, seq, at } = event;
  const phones = legs.flatMap(({ to }) => to.via ?? []);
  return {
    seq,
    at,
    says: words.offer(body.to.kind, party(body.to), { ...body, phones }),
    because: [
      ...(body.ordered === undefined ? [] : [words.ringsByOrder(body.ordered)]),
      ...whySentences(body, reader.language, { agent, time }),
    ],
    outcome: outcomeOf(legs, Date.parse(at), all, teller),
  };
}

function isSameOffer(a: Of<'call.leg-offered'>, b: Of<'call.leg-offered'>): boolean {
  if (a.body.leg === b.body.leg) return true;
  const { queue, attempt, to } = a.body;
  return (
    queue !== undefined &&
    queue === b.body.queue &&
    attempt === b.body.attempt &&
    to.id === b.body.to.id &&
    a.at === b.at
  );
}

/** An answer at one of the telephones counts before a refusal at another. */
function outcomeOf(
  legs: readonly EventBody<'call.leg-offered'>[],
  at: number,
  all: readonly KnownEvent[],
  { words }: Teller,
): string | null {
  const names = new Set(legs.map(({ leg }) => leg));
  const answer = all.find((event) => event.type === 'call.answered' && names.has(event.body.leg));
  if (answer) return words.answered(Date.parse(answer.at) - at);
  const refusals = all.filter((event) => event.type === 'call.leg-refused' && names.has(event.body.leg));
  const last = refusals.at(-1);
  if (last?.type !== 'call.leg-refused' || refusals.length < names.size) return null;
  // Of a line outside what it said counts, beside our word for it.
  if (last.body.afterMs !== undefined && last.body.reason !== 'no-answer')
    return words.out.lineRefused(last.body);
  return words.refused[last.body.reason](Date.parse(last.at) - at);
}

function summaryOf(all: readonly KnownEvent[], { words, party }: Teller): string {
  const find = <T extends KnownEvent['type']>(type: T): Of<T> | undefined =>
    all.findLast((event): event is Of<T> => event.type === type);
  const survived = find('call.survived');
  if (survived) return words.survived(survived.body.answeredBy);
  const queued = find('call.queued');
  const ended = find('call.ended');
  const offers = all.flatMap((event) =>
    event.type === 'call.leg-offered' && event.body.queue !== undefined ? [event] : [],
  );
  const answers = all.filter((event) => event.type === 'call.answered');
  if (offers.length > 0) {
    const isFirst = (offer: Of<'call.leg-offered'>): boolean =>
      offers.find((each) => isSameOffer(each, offer)) === offer;
    const by = answers.find((event) => event.body.queue !== undefined);
    return words.offeredTimes(offers.filter(isFirst).length, by && party(by.body.by));
  }
  if (queued) {
    const overflowed = find('call.overflowed');
    return words.neverOffered(queued.body.queue, overflowed?.body.because, ended?.body.endedBy);
  }
  const leg = find('call.leg-offered');
  if (leg) {
    const answered = answers.some((event) => event.body.leg === leg.body.leg);
    return words.noQueue(leg.body.to.kind, party(leg.body.to), answered || (ended ? false : null));
  }
  const message = find('voicemail.left') ?? find('voicemail.empty') ?? find('voicemail.refused');
  if (message) return words.noQueueVoicemail(message.body.box);
  const flow = find('call.flow');
  if (flow) return words.noQueueFlow(flow.body.flow, flow.body.node, ended !== undefined);
  return words.nowhere(ended?.body.outcome);
}
