/** The box's clock against time servers. */
import type { ClockHealth } from '@branchline/contracts/clock';
import { useWords } from '../door/context.ts';
import { Mark, type Shape } from '../show/mark.tsx';

const SHAPES: Record<ClockHealth['state'], Shape> = { right: 'good', off: 'warn', unknown: 'unknown' };

export function BoxClock({ clock }: { clock: ClockHealth }) {
  const { t } = useWords();
  const { state, aheadMs, by, because } = clock;
  return (
    <div className="health-row" data-testid="clock" data-state={state}>
      <dt>{t('clock.title')}</dt>
      <dd>
        <Mark shape={SHAPES[state]}>{t(`clock.state.${state}`)}</Mark>
        {aheadMs !== null && state !== 'unknown' && (
          <span className={state === 'off' ? '' : 'soft'}>
            {t(aheadMs < 0 ? 'clock.behind' : 'clock.ahead', { time: { span: Math.abs(aheadMs) } })}
          </span>
        )}
        {by !== null && state !== 'unknown' && <span className="soft">{t('clock.by', { server: by })}</span>}
        {because !== undefined && <span className="soft">{t(`clock.because.${because}`)}</span>}
      </dd>
    </div>
  );
}
