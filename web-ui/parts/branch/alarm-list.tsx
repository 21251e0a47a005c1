/** The alarms that are open: each cause with what follows from it folded beneath, since when, and what to do. */
import { alarms as catalogue, type AlarmCode, type Severity } from '@branchline/contracts/alarms';
import type { LiveAlarm } from '@branchline/contracts/live';
import type { ReactNode } from 'react';
import { useWords } from '../door/context.ts';
import { Moment } from '../show/age.tsx';
import { Mark, type Shape } from '../show/mark.tsx';
import { Empty } from '../show/panel.tsx';
import { useSaid } from '../show/said.ts';
import { families, type AlarmFamily } from './alarm-tree.ts';
import './alarm-list.css';

export type ShownAlarm = LiveAlarm;

const SHAPES: Record<Severity, Shape> = {
  critical: 'bad',
  major: 'bad',
  warning: 'warn',
  info: 'note',
};

interface AlarmListProps {
  readonly alarms: readonly ShownAlarm[];
  /** What can be done about one, where it can. */
  readonly actions?: (alarm: ShownAlarm) => ReactNode;
  /** Stands before the name of the alarm: the branch, where there are several. */
  readonly before?: (alarm: ShownAlarm) => ReactNode;
}

export function AlarmList({ alarms, actions, before }: AlarmListProps) {
  const { t } = useWords();
  if (alarms.length === 0) return <Empty>{t('today.noAlarms')}</Empty>;
  const all = families(alarms);
  const loud = all.filter(({ head }) => head.window === undefined);
  const quiet = all.filter(({ head }) => head.window !== undefined);
  const shown = (family: AlarmFamily<ShownAlarm>) => (
    <Family key={family.head.id} family={family} actions={actions} before={before} />
  );
  return (
    <>
      {loud.length === 0 ? (
        <Empty>{t('today.noAlarms')}</Empty>
      ) : (
        <ul className="alarms">{loud.map(shown)}</ul>
      )}
      {quiet.length > 0 && (
        <details className="alarms-quiet" data-testid="quiet-alarms">
          <summary>{t('alarms.quiet', { count: quiet.length })}</summary>
          <ul className="alarms">{quiet.map(shown)}</ul>
        </details>
      )}
    </>
  );
}

interface FamilyProps {
  readonly family: AlarmFamily<ShownAlarm>;
  readonly actions: AlarmListProps['actions'];
  readonly before: AlarmListProps['before'];
}

function Family({ family: { head, beneath, weight }, actions, before }: FamilyProps) {
  const { t, text } = useWords();
  const said = useSaid();
  const entry = entryOf(head.code);
  return (
    <li data-testid="alarm" data-code={head.code}>
      <div>
        <Mark shape={SHAPES[weight]}>{t(`severity.${weight}`)}</Mark> {before?.(head)}
        <Title alarm={head} />
      </div>
      <div className="soft">
        <Moment at={head.since} />
        {head.detail === null ? '' : ` · ${said(head.detail)}`}
      </div>
      {entry && <div>{text(entry.advice)}</div>}
      <LookedAfter alarm={head} />
      {beneath.length > 0 && (
        <details data-testid="consequences">
          <summary>{t('alarms.follow', { count: beneath.length })}</summary>
          <ul className="alarms-beneath">
            {beneath.map((each) => (
              <li key={each.id} data-testid="consequence" data-code={each.code}>
                <Mark shape={SHAPES[each.severity]}>{t(`severity.${each.severity}`)}</Mark>{' '}
                <Title alarm={each} />
                <div className="soft">
                  <Moment at={each.since} />
                  {each.detail === null ? '' : ` · ${said(each.detail)}`}
                </div>
              </li>
            ))}
          </ul>
        </details>
      )}
      {actions?.(head)}
    </li>
  );
}

export const entryOf = (code: string) =>
  Object.hasOwn(catalogue, code) ? catalogue[code as AlarmCode] : undefined;

export function Title({ alarm }: { alarm: Pick<ShownAlarm, 'code' | 'subject'> }) {
  const { text } = useWords();
  const entry = entryOf(alarm.code);
  return (
    <>
      <strong>{entry ? text(entry.title) : alarm.code}</strong> <span className="mono">{alarm.subject}</span>
    </>
  );
}

function LookedAfter({ alarm: { acknowledged } }: { alarm: ShownAlarm }) {
  const { t } = useWords();
  if (!acknowledged) return null;
  const { who, at, note } = acknowledged;
  return (
    <div className="soft" data-testid="acknowledged">
      {t('alarms.acknowledgedBy', { who, at: { at } })}
      {note === null ? '' : `: ${note}`}
    </div>
  );
}
