/** What a disk says of itself beside its life: its verdict, its sectors, its hours. */
import type { HealthReport } from '@branchline/contracts/health';
import { useWords } from '../door/context.ts';
import { Mark } from '../show/mark.tsx';

type Disk = NonNullable<HealthReport['wear']>[number];

export function DiskSays({ disk }: { disk: Disk }) {
  const { t } = useWords();
  const { tells, fails, pending = 0, reallocated = 0, temperatureC, powerOnHours } = disk;
  if (tells === false) return <span className="soft">{t('today.smartNothing')}</span>;
  const facts = [
    ...(reallocated > 0 ? [t('today.smartReallocated', { count: reallocated })] : []),
    ...(temperatureC === undefined ? [] : [t('unit.celsius', { n: Math.round(temperatureC) })]),
    ...(powerOnHours === undefined ? [] : [t('today.smartHours', { count: powerOnHours })]),
  ];
  return (
    <>
      {fails === true && <Mark shape="bad">{t('today.smartFails')}</Mark>}
      {pending > 0 && <Mark shape="bad">{t('today.smartPending', { count: pending })}</Mark>}
      {facts.length > 0 && <span className="soft"> {facts.join(' · ')}</span>}
    </>
  );
}
