/** Why this agent: everybody of the queue, with what spoke for or against each. */
import type { Candidate } from '@branchline/contracts/ledger';
import { useWords } from '../door/context.ts';
import { useNames } from '../people-context.ts';
import { Mark, type Shape } from '../show/mark.tsx';
import { inOrder, verdictSay } from './verdict.ts';

export function Why({ candidates }: { candidates: readonly Candidate[] }) {
  const words = useWords();
  const names = useNames();
  return (
    <details className="why" data-testid="why" open>
      <summary>{words.t('call.whyOf', { count: candidates.length })}</summary>
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
  );
}

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
};
