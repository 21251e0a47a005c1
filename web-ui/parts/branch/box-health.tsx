/** The box as it feels, in a few lines; the same here and at headquarters. */
import type { HealthReport } from '@branchline/contracts/health';
import type { ReactNode } from 'react';
import { useWords } from '../door/context.ts';
import { Age } from '../show/age.tsx';
import { Mark, type Shape } from '../show/mark.tsx';
import { Empty } from '../show/panel.tsx';
import { dayWords } from '../time.ts';
import { BoxClock } from './box-clock.tsx';
import { DiskSays } from './disk-says.tsx';
import { fullness } from './levels.ts';
import './box-health.css';

const ENGINE_SHAPES = { up: 'good', down: 'bad', 'not-answering': 'bad' } as const;

export function BoxHealth({ health, uplink = true }: { health: HealthReport | undefined; uplink?: boolean }) {
  const { t, span, zone, language } = useWords();
  if (!health) return <Empty>{t('today.noHealth')}</Empty>;
  const { engine, cpu, memory, disks, temperatureC } = health;
  const percent = (n: number): string => t('unit.percent', { n: Math.round(n) });
  return (
    <dl className="health" data-testid="health">
      <Row title={t('today.engine')}>
        <Mark shape={ENGINE_SHAPES[engine.state]} testId="engine-state">
          {t(`state.${engine.state}`)}
        </Mark>
        <span className="soft">
          {engine.version !== null && t('today.engineVersion', { version: engine.version })}
          {engine.optionsMs !== null && ` · ${t('today.answersIn', { time: { span: engine.optionsMs } })}`}
          {health.engineProcess?.threads != null &&
            ` · ${t('today.threads', { n: health.engineProcess.threads })}`}
          {health.engineProcess?.handles != null &&
            ` · ${t('today.handles', { n: health.engineProcess.handles, most: health.engineProcess.mostHandles ?? '∞' })}`}
        </span>
      </Row>
      <Level title={t('today.cpu')} percent={cpu.percent}>
        {percent(cpu.percent)}
        {(cpu.throttled === 'temperature' || cpu.throttled === 'voltage') &&
          ` · ${t(`today.throttled.${cpu.throttled}`)}`}
      </Level>
      <Level title={t('today.memory')} percent={memory.usedPercent}>
        {percent(memory.usedPercent)}
      </Level>
      {disks.map((disk) => (
        <Level key={disk.mount} title={t('today.disk', { mount: disk.mount })} percent={disk.usedPercent}>
          {percent(disk.usedPercent)}
          {disk.readOnly && ` · ${t('today.diskReadOnly')}`}
          {disk.fullAt &&
            ` · ${t('today.fullOn', { day: dayWords(disk.fullAt, Date.parse(health.at), zone, language) })}`}
        </Level>
      ))}
      {health.wear?.map((one) => (
        <Row key={one.disk} title={t('today.wear', { disk: one.disk })}>
          {one.usedPercent !== null && t('today.wearUsed', { percent: percent(one.usedPercent) })}
          {one.reserve !== undefined && one.reserve !== 'normal' && (
            <Mark shape={one.reserve === 'urgent' ? 'bad' : 'warn'}>{t('today.wearReserve')}</Mark>
          )}
          <DiskSays disk={one} />
        </Row>
      ))}
      <Row title={t('today.temperature')}>
        {temperatureC === null ? (
          <span className="soft">{t('today.noSensor')}</span>
        ) : (
          t('unit.celsius', { n: Math.round(temperatureC) })
        )}
      </Row>
      {uplink && (
        <Row title={t('today.hq')}>
          <Mark shape={health.uplink.connected ? 'good' : 'warn'} testId="uplink-state">
            {t(health.uplink.connected ? 'today.hqUp' : 'today.hqDown')}
          </Mark>
          <span className="soft">{t('today.outbox', { count: health.uplink.outbox })}</span>
        </Row>
      )}
      {health.clock && <BoxClock clock={health.clock} />}
      <Row title={t('today.up')}>{span(health.uptimeS * 1000)}</Row>
    </dl>
  );
}

function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="health-row">
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const LEVEL_SHAPES: Record<ReturnType<typeof fullness>, Shape> = { good: 'good', warn: 'warn', bad: 'bad' };

function Level({ title, percent, children }: { title: string; percent: number; children: ReactNode }) {
  const level = fullness(percent);
  return (
    <Row title={title}>
      <span className={`level is-${level}`}>
        <span style={{ width: `${Math.min(100, percent)}%` }} />
      </span>
      {level === 'good' ? (
        <span className="num">{children}</span>
      ) : (
        <Mark shape={LEVEL_SHAPES[level]}>{children}</Mark>
      )}
    </Row>
  );
}

export function HealthAge({ health }: { health: HealthReport | undefined }) {
  return health ? <Age of={health.at} /> : null;
}
