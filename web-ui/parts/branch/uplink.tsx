/** One uplink: what it is worth, whether it is used, how full it is, what it costs. */
import type { UplinkHealth } from '@branchline/contracts/network';
import { useWords } from '../door/context.ts';
import { Mark, type Shape } from '../show/mark.tsx';

const SHAPES: Record<UplinkHealth['state'], Shape> = {
  unknown: 'unknown',
  up: 'good',
  degraded: 'warn',
  down: 'bad',
};

export function Uplink({ uplink }: { uplink: UplinkHealth }) {
  const { t } = useWords();
  const { name, state, because, chosen, used, metered } = uplink;
  return (
    <div className="health-row" data-testid="uplink" data-uplink={name} data-state={state} data-used={used}>
      <dt>{name}</dt>
      <dd>
        <Mark shape={SHAPES[state]}>{t(`network.uplink.${state}`)}</Mark>
        {used && <strong>{t('network.used')}</strong>}
        {chosen && !used && <span>{t('network.chosen')}</span>}
        {because !== null && <span>{t(`network.reason.${because}`)}</span>}
        <span className="soft">{useFacts(uplink).join(' · ')}</span>
        {metered && <span className="soft">{t('network.metered')}</span>}
      </dd>
    </div>
  );
}

function useFacts({
  interface: device,
  latencyMs,
  downMbps,
  upMbps,
  usedPercent,
  month,
}: UplinkHealth): string[] {
  const { t } = useWords();
  return [
    device,
    latencyMs === null ? null : t('network.latency', { ms: Math.round(latencyMs) }),
    downMbps === null || upMbps === null
      ? null
      : t('network.rate', { down: downMbps.toFixed(1), up: upMbps.toFixed(1) }),
    usedPercent === null
      ? null
      : t('network.full', { percent: t('unit.percent', { n: Math.round(usedPercent) }) }),
    month === null ? null : t('network.month', { gb: (month.mb / 1_000).toFixed(2) }),
    month === null || month.cost === null
      ? null
      : t('network.cost', { cost: month.cost.toFixed(2), currency: month.currency ?? '' }),
  ].filter((fact) => fact !== null);
}
