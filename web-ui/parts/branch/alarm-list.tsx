/** The alarms that are open: what it is, about what, since when, and what to do. */
import { alarms as catalogue, type AlarmCode } from '@branchline/contracts/alarms';
import { useWords } from '../door/context.ts';
import { Moment } from '../show/age.tsx';
import { Mark, type Shape } from '../show/mark.tsx';
import { Empty } from '../show/panel.tsx';
import './alarm-list.css';

export interface ShownAlarm {
  readonly id: string;
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'major' | 'critical';
  readonly subject: string;
  readonly since: string;
  readonly detail?: string | null;
}

const SHAPES: Record<ShownAlarm['severity'], Shape> = {
  critical: 'bad',
  major: 'bad',
  warning: 'warn',
  info: 'note',
};

export function AlarmList({ alarms }: { alarms: readonly ShownAlarm[] }) {
  const { t, text } = useWords();
  if (alarms.length === 0) return <Empty>{t('today.noAlarms')}</Empty>;
  const newestFirst = [...alarms].sort((a, b) => b.since.localeCompare(a.since));
  return (
    <ul className="alarms">
      {newestFirst.map((alarm) => {
        const entry = Object.hasOwn(catalogue, alarm.code) ? catalogue[alarm.code as AlarmCode] : undefined;
        return (
          <li key={alarm.id} data-testid="alarm" data-code={alarm.code}>
            <div>
              <Mark shape={SHAPES[alarm.severity]}>{t(`severity.${alarm.severity}`)}</Mark>{' '}
              <strong>{entry ? text(entry.title) : alarm.code}</strong>{' '}
              <span className="mono">{alarm.subject}</span>
            </div>
            <div className="soft">
              <Moment at={alarm.since} />
              {alarm.detail ? ` · ${alarm.detail}` : ''}
            </div>
            {entry && <div>{text(entry.advice)}</div>}
          </li>
        );
      })}
    </ul>
  );
}
