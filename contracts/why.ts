/** Why an agent was offered a call, told in words from the one ledger event that holds it. For `branchline why`, the API and the pages alike. */
import type { Candidate, OfferWhy, Verdict } from './offer-why.ts';
import { en, zh, type WhyWords } from './why-words.ts';

/** The body of `call.leg-offered`, as far as a queue made the offer. */
export interface OfferTold {
  readonly queue?: string | undefined;
  readonly attempt: number;
  readonly candidates?: readonly Candidate[] | undefined;
  readonly why?: OfferWhy | undefined;
}

/** How names and moments are shown; the reader's zone and the people's names are known outside. */
export interface WhyNames {
  agent(id: string): string;
  /** A moment, ms since 1970, as a time of day. */
  time(at: number): string;
}

/**
 * Sentences, the most important first: who was chosen and for what, what had been relaxed, why this call had its turn, what was found of the
 * others. Empty for an offer that no queue made.
 */
export function whySentences(offer: OfferTold, language: 'zh' | 'en', names: WhyNames): string[] {
  const words = language === 'zh' ? zh : en;
  const { candidates = [], why } = offer;
  const chosen = candidates.find(({ verdict }) => verdict === 'chosen');
  if (!chosen) return [];
  if (why?.given !== undefined) return [words.given(names.agent(chosen.agent), why.given, why.turn.waitedMs)];
  return [
    choice(words, names, chosen, candidates, why),
    ...(why?.relaxed ?? []).map((step) => words.relaxed(step)),
    ...lastAgent(words, names, why),
    ...turn(words, why),
    ...others(words, names, candidates, why),
  ];
}

const FREE: readonly Verdict[] = [
  'chosen',
  'lower',
  'less-skilled',
  'further-level',
  'just-missed',
  'not-last-agent',
];

function choice(
  words: WhyWords,
  names: WhyNames,
  chosen: Candidate,
  candidates: readonly Candidate[],
  why: OfferWhy | undefined,
): string {
  const free =
    candidates.filter(({ verdict }) => FREE.includes(verdict)).length +
    FREE.reduce((sum, verdict) => sum + (why?.rest?.[verdict] ?? 0), 0);
  return words.chosen(names.agent(chosen.agent), reason(words, names, chosen, candidates, why, free), {
    level: chosen.level ?? 1,
    short: chosen.short ?? 0,
  });
}

function reason(
  words: WhyWords,
  names: WhyNames,
  chosen: Candidate,
  candidates: readonly Candidate[],
  why: OfferWhy | undefined,
  free: number,
): string {
  if (why?.lastAgent?.state === 'chosen') return words.because.lastAgent;
  if (why?.order === 'ring-all') return words.because.ringAll(free);
  if (free === 1) return words.because.onlyOne;
  const beaten = candidates.filter(({ verdict }) => FREE.includes(verdict) && verdict !== 'chosen');
  if (beaten.every(({ verdict }) => verdict === 'further-level')) return words.because.level(free);
  if (beaten.every(({ verdict }) => verdict === 'less-skilled')) return words.because.skill(free);
  const score = chosen.score ?? 0;
  switch (why?.order) {
    case 'longest-idle':
      return words.because.idle(free, names.time(score));
    case 'fewest-calls':
      return words.because.fewest(free, score);
    case 'least-occupied':
      return words.because.occupied(free, score / 10);
    case 'round-robin':
      return words.because.turn(free);
    case 'random':
      return words.because.lot(free);
    default:
      return words.because.first(free);
  }
}

function lastAgent(words: WhyWords, names: WhyNames, why: OfferWhy | undefined): string[] {
  const last = why?.lastAgent;
  if (!last || last.state === 'chosen') return [];
  return [words.lastAgent(names.agent(last.agent), last.state)];
}

function turn(words: WhyWords, why: OfferWhy | undefined): string[] {
  if (!why) return [];
  const { priority, aged, tag, waitedMs, waiting, passed, next } = why.turn;
  if (waiting === 0) return [words.ringsToo];
  const points = words.points({ priority, aged, waitedMs, ...(tag === undefined ? {} : { tag }) });
  const sentence = next
    ? words.before(points, next)
    : waiting > 1
      ? words.firstOf(points, waiting)
      : words.alone(points);
  return [sentence, ...(passed === undefined ? [] : [words.passed(passed)])];
}

function others(
  words: WhyWords,
  names: WhyNames,
  candidates: readonly Candidate[],
  why: OfferWhy | undefined,
): string[] {
  const rest = why?.rest ?? {};
  const verdicts = new Map<Verdict, { named: string[]; more: number }>();
  for (const { agent, verdict } of candidates) {
    if (verdict === 'chosen') continue;
    const entry = verdicts.get(verdict) ?? { named: [], more: 0 };
    verdicts.set(verdict, { ...entry, named: [...entry.named, names.agent(agent)] });
  }
  for (const [verdict, more] of Object.entries(rest) as [Verdict, number][])
    verdicts.set(verdict, { named: verdicts.get(verdict)?.named ?? [], more });
  if (verdicts.size === 0) return [];
  const groups = [...verdicts].map(([verdict, { named, more }]) =>
    words.group(words.list(named, more), words.verdicts[verdict]),
  );
  return [words.others(groups)];
}
