/** The waves as a picture: a cell for each box, by what it is at. */
import { BOX_STEPS, type BoxStep, type WaveSpec } from '@branchline/contracts/fleet/rollouts';
import type { RolloutBox, RolloutDetail } from '@branchline/contracts/http/rollouts';
import { useWords } from '../../parts/door/context.ts';
import { Mark, MarkShape, type Shape } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import type { Speaker } from '../../words/speak.ts';
import './rollouts.css';

const SHAPES: Readonly<Record<BoxStep, Shape>> = {
  waiting: 'unknown',
  asked: 'busy',
  watching: 'rest',
  good: 'good',
  'going-back': 'warn',
  back: 'note',
  skipped: 'unknown',
};
/** More cells than this say no more, and cost a slow machine. */
const MOST_CELLS = 600;

type Judged = Pick<RolloutBox, 'step' | 'failed' | 'findings'>;

/** Bad at a gate, which is not believed yet. */
const isDoubted = ({ step, failed, findings }: Judged): boolean =>
  step === 'watching' && !failed && findings.some(({ ok }) => !ok);

export const shapeOf = (box: Judged): Shape =>
  box.failed ? 'bad' : isDoubted(box) ? 'warn' : SHAPES[box.step];

interface Props {
  readonly rollout: RolloutDetail;
  readonly chosen: string | null;
  readonly choose: (box: string) => void;
}

export function Waves({ rollout, chosen, choose }: Props) {
  const words = useWords();
  const { t } = words;
  return (
    <Panel title={t('rollouts.waves')} aside={<Legend rollout={rollout} />} testId="waves">
      <ol className="waves">
        {rollout.waveSpecs.map((spec, wave) => (
          <li key={wave} data-testid="wave" data-passed={wave < rollout.wave}>
            <div className="row-top">
              <strong>{t('rollouts.wave', { number: wave + 1, what: takes(spec, words) })}</strong>
              <WaveState rollout={rollout} wave={wave} />
            </div>
            <Cells boxes={rollout.boxes.filter((box) => box.wave === wave)} chosen={chosen} choose={choose} />
            {spec.enoughPercent < 100 && (
              <span className="soft">{t('rollouts.enough', { percent: spec.enoughPercent })}</span>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function takes(spec: WaveSpec, { t }: Speaker): string {
  switch (spec.take) {
    case 'share':
      return t('rollouts.take.share', { percent: spec.percent });
    case 'count':
      return t('rollouts.take.count', { count: spec.count });
    default:
      return t(`rollouts.take.${spec.take}`);
  }
}

function WaveState({ rollout, wave }: { rollout: RolloutDetail; wave: number }) {
  const { wave: current, status } = rollout;
  const { t } = useWords();
  if (wave < current) return <Mark shape="good">{t('rollouts.passed')}</Mark>;
  if (status !== 'running' && status !== 'paused') return null;
  const ends = rollout.boxes.flatMap((box) => (box.wave === wave && box.until !== null ? [box.until] : []));
  const until = ends.sort().at(-1);
  return wave === current ? (
    <Mark shape="busy">
      {until === undefined ? t('rollouts.now') : t('rollouts.nowUntil', { until: { at: until } })}
    </Mark>
  ) : (
    <span className="soft">{t('rollouts.later')}</span>
  );
}

function Cells({ boxes, chosen, choose }: { boxes: readonly RolloutBox[] } & Omit<Props, 'rollout'>) {
  const { t } = useWords();
  const shown = boxes.slice(0, MOST_CELLS);
  const left = boxes.length - shown.length;
  if (boxes.length === 0) return <p className="soft">{t('rollouts.noBox')}</p>;
  return (
    <div className="wave-cells">
      {shown.map((box) => {
        const says = `${box.box}: ${t(box.failed ? 'rollouts.failed' : `rollouts.step.${box.step}`)}`;
        return (
          <button
            key={box.box}
            type="button"
            className="wave-cell"
            title={says}
            aria-label={says}
            aria-pressed={box.box === chosen}
            data-testid="cell"
            data-box={box.box}
            data-step={box.step}
            onClick={() => choose(box.box)}
          >
            <MarkShape shape={shapeOf(box)} />
          </button>
        );
      })}
      {left > 0 && <span className="soft">{t('rollouts.moreCells', { count: left })}</span>}
    </div>
  );
}

function Legend({ rollout: { counts, boxes, gates } }: { rollout: RolloutDetail }) {
  const { t } = useWords();
  const failed = boxes.filter((box) => box.failed).length;
  const doubted = boxes.filter(isDoubted).length;
  return (
    <span className="wave-legend">
      {BOX_STEPS.filter((step) => counts[step] > 0).map((step) => (
        <Mark key={step} shape={SHAPES[step]}>
          {counts[step]} {t(`rollouts.step.${step}`)}
        </Mark>
      ))}
      {doubted > 0 && (
        <Mark shape="warn" testId="doubted">
          {doubted} {t('rollouts.doubted', { count: Math.ceil(gates.patienceS / 60) })}
        </Mark>
      )}
      {failed > 0 && (
        <Mark shape="bad">
          {failed} {t('rollouts.failed')}
        </Mark>
      )}
    </span>
  );
}
