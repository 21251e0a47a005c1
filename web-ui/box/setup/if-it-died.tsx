/** Who answers for the branch, and what would happen if this box died now. */
import { boxContinuityRoutes } from '@branchline/contracts/http/box-continuity';
import { useQuery } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';

const AGAIN_MS = 5_000;

export function IfItDied() {
  const { t } = useWords();
  const { ask } = useDoor();
  const asked = useQuery({
    queryKey: ['continuity'],
    queryFn: ({ signal }) => ask(boxContinuityRoutes.continuity, { signal }),
    refetchInterval: AGAIN_MS,
  });
  const now = asked.data;
  return (
    <Panel title={t('ifItDied.title')} testId="if-it-died">
      {asked.error && <Trouble error={asked.error} retry={() => void asked.refetch()} />}
      {now && (
        <div className="inner">
          <p>
            {now.passes ? (
              <Mark shape="busy">{t('ifItDied.passes', { host: now.host ?? '' })}</Mark>
            ) : (
              <Mark shape="good">{t('ifItDied.answers')}</Mark>
            )}
          </p>
          <p>
            <Mark shape={now.host === null ? 'warn' : 'note'} testId="if-it-died-who">
              {now.host === null ? t('ifItDied.nobody') : t('ifItDied.standIn', { host: now.host })}
            </Mark>
          </p>
          <p>{t('ifItDied.calls', { count: now.ifItDied.calls })}</p>
          {now.host !== null && <p>{t('ifItDied.places', now.ifItDied)}</p>}
          {now.host !== null && !now.connected && (
            <p>
              <Mark shape="warn">{t('ifItDied.notHeard')}</Mark>
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}
