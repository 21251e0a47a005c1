/** The extensions that the fraud brake has stopped, each with what it called and the button that releases it; nothing where there are none. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import type { LiveAlarm } from '@branchline/contracts/live';
import { useMutation } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { useNames } from '../../parts/people-context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { Table } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useBox } from '../live.ts';

/** Of each that is stopped there is an alarm, and no longer than that. */
const STOPPED = 'extension-stopped';

export function StoppedExtensions() {
  const alarms = useBox((state) => state?.alarms);
  const stopped = Object.values(alarms ?? {}).filter(({ code }) => code === STOPPED);
  return stopped.length === 0 ? null : <Stopped stopped={stopped} />;
}

function Stopped({ stopped }: { stopped: readonly LiveAlarm[] }) {
  const { t } = useWords();
  const names = useNames();
  const { ask } = useDoor();
  const release = useMutation({
    mutationFn: (extension: string) => ask(consoleRoutes.releaseExtension, { path: { extension } }),
  });
  return (
    <Panel title={t('trunk.stopped')} testId="stopped-extensions">
      <p className="inner soft">{t('trunk.stoppedSays')}</p>
      {release.error && (
        <div role="alert">
          <p className="empty">{t('trunk.releaseFailed', { extension: release.variables })}</p>
          <Trouble error={release.error} />
        </div>
      )}
      <Table
        label={t('trunk.stopped')}
        rows={stopped}
        rowKey={({ id }) => id}
        rowTestId="stopped-extension"
        columns={[
          {
            key: 'extension',
            title: t('lines.extension'),
            small: 'head',
            cell: ({ subject }) => names.number(subject),
          },
          { key: 'since', title: t('trunk.since'), cell: ({ since }) => <Moment at={since} /> },
          {
            key: 'called',
            title: t('trunk.stoppedCalled'),
            small: 'whole',
            cell: ({ detail }) => detail ?? '',
          },
          {
            key: 'release',
            title: '',
            small: 'corner',
            cell: ({ subject }) => (
              <button
                type="button"
                disabled={release.isPending}
                aria-label={t('trunk.releaseLabel', { extension: subject })}
                onClick={() => release.mutate(subject)}
                data-testid="release-extension"
              >
                {t('trunk.release')}
              </button>
            ),
          },
        ]}
      />
    </Panel>
  );
}
