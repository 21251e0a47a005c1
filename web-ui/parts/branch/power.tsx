/** The branch's power: each UPS, its battery, and what is done while the branch runs on it. The same here and at headquarters. */
import type { BatteryTrial, LoadHealth, PowerHealth, UpsHealth } from '@branchline/contracts/power';
import { POWER_ACTIONS, type PowerAction } from '@branchline/contracts/power';
import type { ReactNode } from 'react';
import { useWords } from '../door/context.ts';
import { Moment } from '../show/age.tsx';
import { Mark, type Shape } from '../show/mark.tsx';
import { useSaid } from '../show/said.ts';
import './box-health.css';
import './power.css';

const SHAPES: Record<UpsHealth['state'], Shape> = {
  mains: 'good',
  battery: 'warn',
  low: 'bad',
  lost: 'warn',
  unknown: 'unknown',
};

/** `test`: what stands beside the last test of a UPS, where one can be ordered. */
export function Power({ power, test }: { power: PowerHealth; test?: (ups: string) => ReactNode }) {
  const { t } = useWords();
  const onBattery = power.state === 'battery' || power.state === 'low';
  return (
    <dl className="health" data-testid="power" data-state={power.state}>
      {power.ups.map((ups) => (
        <Ups key={ups.name} ups={ups} test={test?.(ups.name)} />
      ))}
      <Row title={t('power.steps')}>
        <ul className="power-steps">
          {power.steps.map((step) => (
            <Step key={[...step.do, ...(step.powerDown ?? [])].join()} step={step} onBattery={onBattery} />
          ))}
        </ul>
      </Row>
      {power.loads !== undefined && power.loads.length > 0 && (
        <Row title={t('power.loads')}>
          <ul className="power-steps">
            {power.loads.map((load) => (
              <Load key={load.name} load={load} />
            ))}
          </ul>
        </Row>
      )}
      {power.asks.includes('take-numbers') && (
        <Row title={t('today.hq')}>
          <Mark shape="warn" testId="power-asks">
            {t('power.asked')}
          </Mark>
          <span>{t('power.asks')}</span>
        </Row>
      )}
    </dl>
  );
}

function Ups({ ups, test }: { ups: UpsHealth; test: ReactNode }) {
  const { t } = useWords();
  const said = useSaid();
  const percent = (n: number): string => t('unit.percent', { n: Math.round(n) });
  const facts = [
    ups.inputV === null ? null : t('power.input', { volts: Math.round(ups.inputV) }),
    ups.loadPercent === null ? null : t('power.load', { percent: percent(ups.loadPercent) }),
    ups.chargePercent === null ? null : t('power.charge', { percent: percent(ups.chargePercent) }),
  ].filter((fact) => fact !== null);
  return (
    <>
      <Row title={ups.name}>
        <Mark shape={SHAPES[ups.state]} testId="ups-state">
          {t(`power.state.${ups.state}`)}
        </Mark>
        <Left ups={ups} />
        {ups.overload && <Mark shape="bad">{t('power.overload')}</Mark>}
        <span className="soft">{facts.join(' · ')}</span>
        {ups.settlingUntil !== undefined && (
          <span className="soft">{t('power.settling', { at: { at: ups.settlingUntil } })}</span>
        )}
        {ups.because !== undefined && <span className="soft mono">{said(ups.because)}</span>}
      </Row>
      <Row title={t('power.battery')}>
        {ups.replaceBattery && <Mark shape="bad">{t('power.replace')}</Mark>}
        <span className={ups.batteryHealthPercent === null ? 'soft' : ''}>
          {ups.batteryHealthPercent === null
            ? t('power.healthUnknown')
            : t('power.health', { percent: percent(ups.batteryHealthPercent) })}
        </span>
        {ups.batteryV !== null && (
          <span className="soft">{t('power.batteryV', { volts: ups.batteryV.toFixed(1) })}</span>
        )}
      </Row>
      <LastTrial
        title={t('power.lastTest')}
        trial={ups.trials.findLast(({ kind }) => kind === 'test')}
        also={test}
      />
      <LastTrial title={t('power.lastOutage')} trial={ups.trials.findLast(({ kind }) => kind === 'outage')} />
    </>
  );
}

/** On mains: how long it would last. */
function Left({ ups }: { ups: UpsHealth }) {
  const { t } = useWords();
  const onBattery = ups.state === 'battery' || ups.state === 'low';
  if (ups.minutesLeft === null || ups.minutesBy === null)
    return onBattery ? <span>{t('power.leftUnknown')}</span> : null;
  const time = { span: ups.minutesLeft * 60_000 };
  const by = t(`power.by.${ups.minutesBy}`);
  return onBattery ? (
    <span>
      <strong data-testid="minutes-left">{t('power.left', { time })}</strong>{' '}
      <span className="soft">{by}</span>
    </span>
  ) : (
    <span className="soft">
      {t('power.lasts', { time })} ({by})
    </span>
  );
}

function LastTrial({
  title,
  trial,
  also,
}: {
  title: string;
  trial: BatteryTrial | undefined;
  also?: ReactNode;
}) {
  const { t } = useWords();
  return (
    <Row title={title}>
      {trial ? (
        <>
          <Mark shape={trial.verdict === 'failed' || trial.verdict === 'died-early' ? 'bad' : 'good'}>
            {t(`power.verdict.${trial.verdict}`, { time: { span: trial.lastedMs } })}
          </Mark>
          <span className="soft">
            <Moment at={trial.at} />
          </span>
        </>
      ) : (
        <span className="soft">{t('power.noTest')}</span>
      )}
      {also}
    </Row>
  );
}

function Step({ step, onBattery }: { step: PowerHealth['steps'][number]; onBattery: boolean }) {
  const { t } = useWords();
  const done = step.state === 'begun';
  const when =
    step.belowMinutes === null
      ? t('power.atOnce')
      : t('power.at', { time: { span: step.belowMinutes * 60_000 } });
  const actions = step.do.map((action) => (isAction(action) ? t(`power.do.${action}`) : action));
  const loads = step.powerDown ?? [];
  const words =
    loads.length === 0 ? actions : [...actions, t('power.powerDown', { loads: loads.join(', ') })];
  const state =
    step.at === null
      ? t(done ? 'power.begun' : 'power.ahead')
      : t(done ? 'power.begunAt' : 'power.expected', { at: { at: step.at } });
  return (
    <li data-testid="power-step" data-state={step.state}>
      {words.join(', ')} <span className="soft">{when}</span>{' '}
      {(onBattery || done) && <Mark shape={done ? 'good' : 'rest'}>{state}</Mark>}
    </li>
  );
}

const LOAD_SHAPES: Record<LoadHealth['state'], Shape> = {
  on: 'good',
  off: 'rest',
  'waits-on': 'warn',
  'waits-off': 'warn',
};

function Load({ load }: { load: LoadHealth }) {
  const { t } = useWords();
  const said = useSaid();
  return (
    <li data-testid="power-load" data-state={load.state}>
      {load.name} <span className="soft mono">{load.by}</span>{' '}
      <Mark shape={LOAD_SHAPES[load.state]}>{t(`power.loadState.${load.state}`)}</Mark>{' '}
      {load.since !== null && (
        <span className="soft">
          <Moment at={load.since} />
        </span>
      )}
      {load.because !== undefined && <span className="soft mono"> {said(load.because)}</span>}
    </li>
  );
}

const isAction = (word: string): word is PowerAction => (POWER_ACTIONS as readonly string[]).includes(word);

function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="health-row">
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
