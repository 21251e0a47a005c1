/** The ways out of the branch and what they are worth. The same here and at headquarters. */
import { HEADQUARTERS, type NetworkHealth, type PathHealth } from '@branchline/contracts/network';
import { useWords } from '../door/context.ts';
import { Moment } from '../show/age.tsx';
import { Mark, type Shape } from '../show/mark.tsx';
import './box-health.css';

const SHAPES: Record<PathHealth['state'], Shape> = {
  unknown: 'unknown',
  good: 'good',
  poor: 'warn',
  unreachable: 'bad',
};

export function Network({ network }: { network: NetworkHealth }) {
  return (
    <dl className="health" data-testid="network">
      {network.paths.map((path) => (
        <Path key={path.to} path={path} />
      ))}
    </dl>
  );
}

function Path({ path }: { path: PathHealth }) {
  const { t } = useWords();
  const { to, latencyMs, jitterMs, lossPercent } = path;
  const facts = [
    latencyMs === null ? null : t('network.latency', { ms: Math.round(latencyMs) }),
    jitterMs === null ? null : t('network.jitter', { ms: Math.round(jitterMs) }),
    lossPercent === null
      ? null
      : t('network.loss', { percent: t('unit.percent', { n: Math.round(lossPercent) }) }),
  ].filter((fact) => fact !== null);
  return (
    <div className="health-row" data-testid="path" data-to={to} data-state={path.state}>
      <dt>
        {to === HEADQUARTERS
          ? t('network.headquarters')
          : t('network.trunk', { name: to.replace(/^trunk /, '') })}
      </dt>
      <dd>
        <Mark shape={SHAPES[path.state]}>{t(`network.state.${path.state}`)}</Mark>
        {path.because.map((reason) => (
          <span key={reason}>{t(`network.reason.${reason}`)}</span>
        ))}
        <span className="soft">{facts.join(' · ')}</span>
        {path.state !== 'good' && (
          <span className="soft">
            <Moment at={path.since} />
          </span>
        )}
      </dd>
    </div>
  );
}
