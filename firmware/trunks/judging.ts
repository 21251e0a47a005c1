/** All that is said of a trunk, weighed against each other at one moment. Pure. */
import { callEvidence } from './call-evidence.ts';
import { outweighs, WEIGHTS, type Weighed } from './evidence.ts';
import { physicalEvidence } from './physical.ts';
import { testEvidence } from './test-evidence.ts';
import type { TrunkRules, TrunkTruth } from './truth-state.ts';

export interface Judgement {
  readonly verdict: Weighed['verdict'];
  /** What decided it, the strongest first. */
  readonly grounds: readonly Weighed[];
}

/** The newest of each kind that has said anything, the strongest first. */
export function evidenceOf(truth: TrunkTruth, now: number, rules: TrunkRules): readonly Weighed[] {
  return [
    physicalEvidence(truth.lines, rules.channels, now),
    signallingEvidence(truth),
    testEvidence(truth.tests, rules.test?.everyMs ?? 0, now),
    callEvidence(truth.results, now),
  ]
    .filter((each) => each !== undefined)
    .sort((a, b) => WEIGHTS[b.kind] - WEIGHTS[a.kind]);
}

/** Where it has to register and to answer, both have to be. */
function signallingEvidence({ options, registration }: TrunkTruth): Weighed | undefined {
  const kind = 'signalling';
  if (options && !options.good) return { kind, verdict: 'bad', what: 'no-answer', at: options.at };
  if (registration && !registration.good)
    return { kind, verdict: 'bad', what: 'not-registered', at: registration.at };
  if (options) return { kind, verdict: 'good', what: 'answers', at: options.at };
  return registration ? { kind, verdict: 'good', what: 'registered', at: registration.at } : undefined;
}

/** The worst that nothing stronger speaks against. A good wire alone does not say that calls go through. */
export function judge(truth: TrunkTruth, now: number, rules: TrunkRules): Judgement {
  const evidence = evidenceOf(truth, now, rules);
  const weighed = evidence.map((each): Weighed =>
    each.verdict === 'bad' && evidence.some((good) => outweighs(good, each))
      ? { ...each, verdict: 'partly' }
      : each,
  );
  const saying = (verdict: Weighed['verdict']): Weighed[] =>
    weighed.filter((each) => each.verdict === verdict);
  for (const verdict of ['bad', 'partly'] as const) {
    const grounds = saying(verdict);
    if (grounds.length > 0) return { verdict, grounds };
  }
  const good = saying('good');
  return good.some(({ kind }) => kind !== 'physical')
    ? { verdict: 'good', grounds: good }
    : { verdict: 'unclear', grounds: saying('unclear') };
}

/** Why it takes no new calls although it is not down: an order, or every channel blocked from the other side. */
export function overlayOf(
  { order, watchedSince }: TrunkTruth,
  { grounds }: Judgement,
  { drained }: TrunkRules,
): Weighed | undefined {
  if (order) {
    const what = order.busy ? 'busied-out' : 'drained-by-person';
    return { kind: 'order', verdict: 'partly', what, at: order.at, detail: order.by };
  }
  if (drained) return { kind: 'order', verdict: 'partly', what: 'drained-by-document', at: watchedSince };
  return grounds.find(({ what }) => what === 'all-blocked');
}

/** Channels that are not out of use, whatever it is worth. */
export function openChannels(truth: TrunkTruth, now: number, { channels }: TrunkRules): number {
  const blocked = physicalEvidence(truth.lines, channels, now)?.blocked ?? 0;
  return Math.max(0, channels - blocked);
}
