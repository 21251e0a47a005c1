/** What stands beside the phase of a call in progress: where it is parked and by whom, which supervisor is at it and how. */
import type { LiveCall } from '@branchline/contracts/live';
import { useWords } from '../door/context.ts';
import { useNames } from '../people-context.ts';
import { Mark } from '../show/mark.tsx';

export function Beside({ call: { parked, supervised } }: { call: Pick<LiveCall, 'parked' | 'supervised'> }) {
  const { t } = useWords();
  const names = useNames();
  return (
    <>
      {parked && (
        <Mark shape="rest" testId="parked">
          {t('beside.parked', { slot: parked.slot, by: names.party(parked.by) })}
        </Mark>
      )}
      {supervised && (
        <Mark shape="note" testId="supervised">
          {t(`beside.${supervised.mode}`, { by: names.party(supervised.by) })}
        </Mark>
      )}
    </>
  );
}
