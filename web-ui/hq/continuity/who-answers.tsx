/** A drawing: callers, and the way their calls go now, to the box or to its stand-in. */
import type { BranchContinuity } from '@branchline/contracts/http/continuity';
import { useWords } from '../../parts/door/context.ts';
import { partyWord } from './continuity-says.tsx';

/** In the drawing's own units. */
const [WIDTH, HEIGHT] = [340, 120];

export function WhoAnswers({ of }: { of: BranchContinuity }) {
  const words = useWords();
  const { t } = words;
  const { lease, online } = of;
  const way = (party: 'box' | 'stand-in', y: number) => (
    <path
      className={`way ${lease.answers === party ? 'is-open' : ''} ${of.move?.to === party ? 'is-coming' : ''}`}
      d={`M96 60 C140 60 130 ${y} 188 ${y}`}
    />
  );
  const end = (party: 'box' | 'stand-in', y: number, name: string) => (
    <g className={`end ${online[party] ? '' : 'is-away'} ${lease.answers === party ? 'is-open' : ''}`}>
      <rect x="190" y={y - 20} width="146" height="40" rx="4" />
      <text x="263" y={y - 3}>
        {partyWord(words, party)}
      </text>
      <text x="263" y={y + 12} className="small">
        {name.length > 24 ? `${name.slice(0, 23)}…` : name}
      </text>
    </g>
  );
  return (
    <svg
      className="who-answers"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('continuity.picture', { to: partyWord(words, lease.answers) })}
      data-testid="who-answers"
      data-answers={lease.answers ?? 'nobody'}
    >
      <g className="end is-open">
        <rect x="4" y="40" width="92" height="40" rx="20" />
        <text x="50" y="64">
          {t('continuity.callers')}
        </text>
      </g>
      {way('box', 28)}
      {way('stand-in', 92)}
      {end('box', 28, of.box)}
      {end('stand-in', 92, of.host)}
    </svg>
  );
}
