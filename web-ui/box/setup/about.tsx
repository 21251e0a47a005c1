/** Versions, and every port this box listens on. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { useQuery } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';

export function About() {
  const { t } = useWords();
  const { ask } = useDoor();
  const asked = useQuery({
    queryKey: ['about'],
    queryFn: ({ signal }) => ask(consoleRoutes.about, { signal }),
  });
  const about = asked.data;
  return (
    <Panel title={t('setup.about')} testId="about">
      {asked.error && <Trouble error={asked.error} retry={() => void asked.refetch()} />}
      {asked.isPending && <Empty>{t('page.loading')}</Empty>}
      {about && (
        <>
          <p className="document-facts">
            <span>
              {t('setup.boxName')} <strong>{about.box}</strong>
            </span>
            <span>
              {t('setup.version')} {about.version}
            </span>
            <span>
              {t('setup.engineVersion')} {about.engineVersion ?? t('setup.none')}
            </span>
            <span>
              {t('setup.node')} {about.node}
            </span>
          </p>
          <Table
            label={t('setup.ports')}
            rows={about.ports}
            rowKey={(port) => `${port.protocol} ${port.address} ${port.port}`}
            columns={[
              {
                key: 'port',
                title: t('setup.port'),
                small: 'head',
                cell: (port) => `${port.port} ${port.protocol.toUpperCase()}`,
              },
              { key: 'address', title: t('setup.address'), small: 'whole', cell: (port) => port.address },
              { key: 'purpose', title: t('setup.purpose'), small: 'whole', cell: (port) => port.purpose },
            ]}
          />
        </>
      )}
    </Panel>
  );
}
