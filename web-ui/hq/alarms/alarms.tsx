/** The alarms of the fleet: causes with their consequences folded under them, the gravest first. */
import type { LiveAlarm } from '@branchline/contracts/live';
import { branchOf, isStandIn } from '@branchline/contracts/stand-in-name';
import { Link } from 'react-router';
import { AlarmList } from '../../parts/branch/alarm-list.tsx';
import { families } from '../../parts/branch/alarm-tree.ts';
import { useWords } from '../../parts/door/context.ts';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { useFleet } from '../live.ts';
import { Acknowledge } from './acknowledge.tsx';

/** An alarm's name is its box's own: two boxes restored from one disk have the same. */
const apart = (box: string, id: string): string => `${box}/${id}`;

export default function Alarms() {
  const { t, text } = useWords();
  const boxes = useFleet((state) => state?.boxes);
  const of = new Map<string, string>();
  const alarms = Object.values(boxes ?? {}).flatMap(({ box, alarms: open }) =>
    open.map((alarm): LiveAlarm => {
      const id = apart(box, alarm.id);
      of.set(id, box);
      return { ...alarm, id, ...(alarm.cause !== undefined && { cause: apart(box, alarm.cause) }) };
    }),
  );
  const causes = families(alarms).length;
  const branch = (alarm: LiveAlarm) => {
    const box = of.get(alarm.id) ?? '';
    const branchName = branchOf(box);
    const name = boxes?.[branchName]?.name;
    return (
      <>
        <Link to={`/boxes/${encodeURIComponent(branchName)}`}>{name ? text(name) : branchName}</Link>{' '}
        {isStandIn(box) && <span className="soft">{t('alarms.ofStandIn')} </span>}
      </>
    );
  };
  const acknowledge = (alarm: LiveAlarm) => {
    const box = of.get(alarm.id) ?? '';
    return <Acknowledge box={box} alarm={{ ...alarm, id: alarm.id.slice(apart(box, '').length) }} />;
  };
  return (
    <div className="page">
      <h1>{t('alarms.title')}</h1>
      <Panel
        title={t('alarms.open')}
        testId="alarms"
        aside={
          <span className="soft">
            {t('alarms.head', { causes: t('alarms.causes', { count: causes }), alarms: alarms.length })}
          </span>
        }
      >
        {alarms.length === 0 ? (
          <Empty>{t('alarms.noBranch')}</Empty>
        ) : (
          <AlarmList alarms={alarms} before={branch} actions={acknowledge} />
        )}
      </Panel>
    </div>
  );
}
