/** Maintenance windows: those in force, and a new one. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { useMutation } from '@tanstack/react-query';
import { MaintenanceForm, thingsOf } from '../../parts/branch/maintenance-form.tsx';
import { WindowTable } from '../../parts/branch/window-table.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useBox } from '../live.ts';

export function Maintenance() {
  const { t } = useWords();
  const { ask } = useDoor();
  const trunks = useBox((state) => state?.trunks) ?? {};
  const phones = useBox((state) => state?.phones) ?? {};
  const health = useBox((state) => state?.health.now);
  const windows = health?.maintenance ?? [];
  const end = useMutation({
    mutationFn: (window: string) => ask(consoleRoutes.endMaintenance, { path: { window }, body: {} }),
  });
  const things = thingsOf({
    gateways: Object.values(trunks).map(({ gateway }) => gateway),
    trunks: Object.keys(trunks),
    phones: Object.keys(phones),
    disks: (health?.disks ?? []).map(({ mount }) => mount),
  });
  return (
    <Panel title={t('alarms.maintenance')} testId="maintenance">
      <p className="empty">{t('alarms.maintenanceHint')}</p>
      {end.error && <Trouble error={end.error} />}
      {windows.length === 0 ? (
        <Empty>{t('alarms.noMaintenance')}</Empty>
      ) : (
        <WindowTable windows={windows} busy={end.isPending} onEnd={(id) => end.mutate(id)} />
      )}
      <MaintenanceForm
        things={things}
        open={({ what, ...more }) =>
          ask(consoleRoutes.openMaintenance, { body: { what: [...what], ...more } })
        }
      />
    </Panel>
  );
}
