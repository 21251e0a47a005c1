/** While this box waits to be claimed by headquarters: its code. */
import { claimRoutes } from '@branchline/contracts/http/claim';
import { useQuery } from '@tanstack/react-query';
import { Claim } from '../../parts/branch/claim.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Panel } from '../../parts/show/panel.tsx';

export function ClaimPanel() {
  const { t } = useWords();
  const { ask } = useDoor();
  const asked = useQuery({
    queryKey: ['claim'],
    queryFn: ({ signal }) => ask(claimRoutes.claim, { signal }),
  });
  if (!asked.data) return null;
  return (
    <Panel title={t('claim.panel')} testId="claim-panel">
      <Claim claim={asked.data} />
    </Panel>
  );
}
