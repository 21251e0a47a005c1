/** The alarms of the branch: causes first, who looks after them, what is kept quiet, who was told. */
import type { LiveAlarm } from '@branchline/contracts/live';
import { AlarmList } from '../../parts/branch/alarm-list.tsx';
import { families } from '../../parts/branch/alarm-tree.ts';
import { useWords } from '../../parts/door/context.ts';
import { Panel } from '../../parts/show/panel.tsx';
import { useBox } from '../live.ts';
import { Acknowledge } from './acknowledge.tsx';
import { Maintenance } from './maintenance.tsx';
import { Notices } from './notices.tsx';
import '../../parts/show/columns.css';

export default function Alarms() {
  const { t } = useWords();
  const open = useBox((state) => state?.alarms);
  const alarms: readonly LiveAlarm[] = Object.values(open ?? {});
  const causes = families(alarms).length;
  return (
    <div className="page">
      <h1>{t('alarms.title')}</h1>
      <Panel
        title={t('alarms.open')}
        testId="alarms"
        aside={
          causes < alarms.length && (
            <span className="soft">
              {t('alarms.head', { causes: t('alarms.causes', { count: causes }), alarms: alarms.length })}
            </span>
          )
        }
      >
        <AlarmList
          alarms={alarms}
          actions={(alarm) => (alarm.acknowledged ? null : <Acknowledge alarm={alarm} />)}
        />
      </Panel>
      <Maintenance />
      <Notices alarms={alarms} />
    </div>
  );
}
