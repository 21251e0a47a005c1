/** The alarms of one branch at headquarters: who looks after them, and what is kept quiet, both as the box has it. */
import { commandRoutes } from '@branchline/contracts/http/commands';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import type { CommandKind } from '@branchline/contracts/fleet/commands';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { AlarmList } from '../../parts/branch/alarm-list.tsx';
import { MaintenanceForm, thingsOf } from '../../parts/branch/maintenance-form.tsx';
import { WindowTable } from '../../parts/branch/window-table.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { Acknowledge } from '../alarms/acknowledge.tsx';

export function BranchAlarms({ box }: { box: BoxSummary }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  const windows = box.health?.maintenance ?? [];
  const order = async (what: CommandKind, args: object): Promise<void> => {
    await ask(commandRoutes.sendCommand, { path: { box: box.box }, body: { do: what, with: { ...args } } });
    await queries.invalidateQueries({ queryKey: ['commands', box.box] });
  };
  const end = useMutation({ mutationFn: (window: string) => order('end-maintenance', { window }) });
  return (
    <Panel title={t('today.alarms')} testId="alarms">
      <AlarmList alarms={box.alarms} actions={(alarm) => <Acknowledge box={box.box} alarm={alarm} />} />
      {end.error && <Trouble error={end.error} />}
      {windows.length > 0 && (
        <WindowTable windows={windows} busy={end.isPending} onEnd={(id) => end.mutate(id)} />
      )}
      <details className="alarms-quiet" data-testid="maintenance">
        <summary>{t('alarms.maintenance')}</summary>
        <p className="empty">{t('alarms.maintenanceHint')}</p>
        <MaintenanceForm
          things={thingsOf({
            gateways: [],
            trunks: (box.health?.trunks ?? []).map(({ name }) => name),
            phones: [],
            disks: (box.health?.disks ?? []).map(({ mount }) => mount),
          })}
          open={(window) => order('maintenance', window)}
        />
      </details>
    </Panel>
  );
}
