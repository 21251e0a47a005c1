/** What was said of one candidate, in words. Pure. */
import type { Candidate } from '@branchline/contracts/offer-why';
import { say, type Say } from '../../words/say.ts';

/** A score beyond this is a moment (ms since 1970, in 2001): the order was by longest idle. */
const A_MOMENT = 1e12;

export function verdictSay({ verdict, score }: Candidate): Say {
  if (score !== undefined && score > A_MOMENT) {
    const at = { at: new Date(score).toISOString() };
    if (verdict === 'chosen') return say('verdict.chosenIdle', { at });
    if (verdict === 'lower') return say('verdict.lowerIdle', { at });
  }
  return say(`verdict.${verdict}`);
}

/** The chosen one first, then those who could have been in their order, then the others. */
export function inOrder(candidates: readonly Candidate[]): Candidate[] {
  const rank = ({ verdict }: Candidate): number => (verdict === 'chosen' ? 0 : verdict === 'lower' ? 1 : 2);
  return [...candidates].sort((a, b) => rank(a) - rank(b) || (a.score ?? 0) - (b.score ?? 0));
}
