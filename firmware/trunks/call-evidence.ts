/** What real calls say of a trunk: how many it failed of the last few. Pure. */
import { HOLDS_MS, type CallResult, type Weighed } from './evidence.ts';

/** More would tell nothing new: a branch's trunk has that many calls in a busy quarter of an hour. */
const KEPT = 50;

/** So many failures on end make a trunk worse, and so many put it down: one or two are the network's everyday. */
const WORSE = 3;
const DOWN = 5;
/** Of failures that are not on end: half of at least so many. */
const ENOUGH = 6;
/** Of calls that were answered, the newest so many are looked at for sound, and so many for how short they were. */
const HEARD = 5;
const TALKS = 8;

export interface CallFigures {
  /** That went out, full ones left aside. */
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly full: number;
  readonly oneWay: number;
  readonly short: number;
}

/** The newest last; what is told of the same call takes the place of what was told. */
export function addResult(results: readonly CallResult[], result: CallResult): readonly CallResult[] {
  const at = results.findIndex(({ id }) => id === result.id);
  const before = results[at];
  // Its sound did not come: that it was short, or ended well, says nothing against that.
  if (before?.fared === 'one-way') return results;
  if (before) return results.with(at, { ...result, at: before.at });
  return [...results, result].slice(-KEPT);
}

export const freshResults = (results: readonly CallResult[], now: number): readonly CallResult[] =>
  results.filter(({ at }) => at + HOLDS_MS.calls > now);

export function callFigures(results: readonly CallResult[]): CallFigures {
  const count = (...fared: CallResult['fared'][]): number =>
    results.filter((each) => fared.includes(each.fared)).length;
  return {
    calls: count('answered', 'short', 'one-way', 'reached', 'failed', 'full-early'),
    answered: count('answered', 'short', 'one-way'),
    failed: count('failed'),
    full: count('full', 'full-early'),
    oneWay: count('one-way'),
    short: count('short'),
  };
}

/** Undefined when no call has told anything lately. `all`: also what is too old by now. */
export function callEvidence(all: readonly CallResult[], now: number): Weighed | undefined {
  // A full trunk is no failed one: it says nothing either way.
  const results = freshResults(all, now).filter(({ fared }) => fared !== 'full');
  const newest = results.at(-1);
  if (!newest) return undefined;
  const until = newest.at + HOLDS_MS.calls;
  const say = (verdict: Weighed['verdict'], what: Weighed['what'], count: number, of: number): Weighed => ({
    kind: 'calls',
    verdict,
    what,
    at: newest.at,
    until,
    detail: `${count}/${of}`,
  });
  const onEnd = runOf(results, 'failed');
  if (onEnd >= DOWN) return say('bad', 'calls-fail', onEnd, onEnd);
  const answered = results.filter(({ fared }) => ['answered', 'short', 'one-way'].includes(fared));
  const heard = answered.slice(-HEARD);
  const deaf = heard.filter(({ fared }) => fared === 'one-way').length;
  if (deaf >= WORSE && deaf === heard.length) return say('bad', 'one-way', deaf, heard.length);
  if (onEnd >= WORSE) return say('partly', 'calls-fail', onEnd, onEnd);
  const early = runOf(results, 'full-early');
  if (early >= WORSE) return say('partly', 'full-early', early, early);
  if (deaf >= 2) return say('partly', 'one-way-often', deaf, heard.length);
  const { calls, failed } = callFigures(results);
  if (calls >= ENOUGH && failed * 2 >= calls) return say('partly', 'calls-fail-often', failed, calls);
  const talks = answered.slice(-TALKS);
  const short = talks.filter(({ fared }) => fared === 'short').length;
  if (talks.length === TALKS && short >= ENOUGH) return say('partly', 'short-calls', short, talks.length);
  const proof = results.findLast(
    ({ fared }) => fared === 'answered' || fared === 'reached' || fared === 'came',
  );
  return proof && { ...say('good', 'calls-good', calls - failed, calls), at: proof.at };
}

/** How many of the newest fared so, on end. */
function runOf(results: readonly CallResult[], fared: CallResult['fared']): number {
  return results.length - 1 - results.findLastIndex((each) => each.fared !== fared);
}
