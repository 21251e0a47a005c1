/** A drill, drawn: each call a mark on its moment, by who answered; when the fault began, and when the way back did. */
import type { DrillDetail } from '@branchline/contracts/http/drills';
import { useWords } from '../../parts/door/context.ts';

/** In the drawing's own units. */
const [WIDTH, HEIGHT, LEFT, RIGHT] = [720, 130, 16, 16];
const LANES = { box: 34, 'stand-in': 64, nobody: 94 } as const;

export function DrillTimeline({ drill }: { drill: DrillDetail }) {
  const { t } = useWords();
  const { calls, begunAt, liftedAt } = drill;
  const times = calls.map(({ at }) => Date.parse(at));
  if (times.length === 0) return null;
  const from = Math.min(...times);
  const span = Math.max(1_000, Math.max(...times) - from);
  const x = (at: string): number => LEFT + ((Date.parse(at) - from) / span) * (WIDTH - LEFT - RIGHT);
  const lost = calls.filter(({ by }) => by === null).length;
  const bound = (at: string | null, says: string) =>
    at !== null && (
      <g>
        <line className="bound" x1={x(at)} x2={x(at)} y1="18" y2="106" />
        <text x={x(at) + 4} y="14">
          {says}
        </text>
      </g>
    );
  return (
    <>
      <svg
        className="drill-timeline"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t('drills.timeline', { number: drill.number ?? '', all: calls.length, lost })}
        data-testid="drill-timeline"
      >
        {Object.values(LANES).map((y) => (
          <line key={y} className="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={y} y2={y} opacity="0.3" />
        ))}
        {bound(begunAt, t('drills.fault'))}
        {bound(liftedAt, t('drills.lifted'))}
        {calls.map(({ at, by }) => (
          <Call key={at} x={x(at)} by={by ?? 'nobody'} />
        ))}
        <text x={LEFT} y="124">
          0 s
        </text>
        <text x={WIDTH - RIGHT} y="124" textAnchor="end">
          {t('drills.seconds', { n: Math.round(span / 1_000) })}
        </text>
      </svg>
      <p className="drill-legend soft">
        <span>● {t('drills.legendBox')}</span>
        <span>◆ {t('drills.legendStandIn')}</span>
        <span>■ {t('drills.legendNobody')}</span>
      </p>
    </>
  );
}

/** Its shape says what its colour says. */
function Call({ x, by }: { x: number; by: keyof typeof LANES }) {
  const y = LANES[by];
  if (by === 'box') return <circle className="by-box" cx={x} cy={y} r="5" />;
  if (by === 'stand-in') return <path className="by-stand-in" d={`M${x} ${y - 6}l6 6-6 6-6-6z`} />;
  return <rect className="by-nobody" x={x - 5} y={y - 5} width="10" height="10" />;
}
