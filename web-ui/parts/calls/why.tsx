/** Why this agent: a sentence; unfolded, the other sentences, and everybody of the queue with what spoke for or against each. */
import type { Candidate } from '@branchline/contracts/offer-why';
import { whySentences, type OfferTold } from '@branchline/contracts/why';
import { useWords } from '../door/context.ts';
import { useNames } from '../people-context.ts';
import { Mark, type Shape } from '../show/mark.tsx';
import { wall } from '../time.ts';
import { inOrder, verdictSay } from './verdict.ts';

export function Why({ candidates, offer }: { candidates: readonly Candidate[]; offer: OfferTold }) {
  const words = useWords();
  const names = useNames();
  const sentences = whySentences(offer, words.language, {
    agent: (id) => names.agent(id),
    time: (at) => wall(at, words.zone).time,
  });
  const [first, ...more] = sentences;
  return (
    <div className="why" data-testid="why">
      {first !== undefined && <p data-testid="why-first">{first}</p>}
      <details open={candidates.length <= FEW}>
        <summary>{words.t('call.whyOf', { count: candidates.length })}</summary>
        {more.length > 0 && (
          <ul>
            {more.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
        <table>
          <tbody>
            {inOrder(candidates).map((candidate) => (
              <tr key={candidate.agent} className={candidate.verdict === 'chosen' ? 'is-chosen' : ''}>
                <td>{names.agent(candidate.agent)}</td>
                <td>
                  <Mark shape={SHAPES[candidate.verdict]}>{words.say(verdictSay(candidate))}</Mark>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}

/** With more agents than these only the first sentence is unfolded. */
const FEW = 3;

const SHAPES: Record<Candidate['verdict'], Shape> = {
  chosen: 'good',
  lower: 'note',
  busy: 'busy',
  'wrap-up': 'rest',
  'not-ready': 'unknown',
  'signed-out': 'unknown',
  unreachable: 'unknown',
  'lacks-skill': 'unknown',
  'just-missed': 'unknown',
  'less-skilled': 'note',
  'further-level': 'note',
  'not-last-agent': 'note',
  'below-preference': 'unknown',
  'level-closed': 'unknown',
  ringing: 'busy',
  'held-back': 'rest',
};
