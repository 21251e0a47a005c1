/** All that a box shows while it waits to be claimed. */
import { claimRoutes } from '@branchline/contracts/http/claim';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Claim } from '../parts/branch/claim.tsx';
import { Brand } from '../parts/door/brand.tsx';
import { useDoor, useWords } from '../parts/door/context.ts';
import { LookSwitches } from '../parts/door/look-switches.tsx';
import { Empty, Panel } from '../parts/show/panel.tsx';
import './claim-page.css';

const AGAIN_MS = 2_000;

export function ClaimPage() {
  const { t } = useWords();
  const { ask } = useDoor();
  const asked = useQuery({
    queryKey: ['claim'],
    queryFn: ({ signal }) => ask(claimRoutes.claim, { signal }),
    refetchInterval: AGAIN_MS,
  });
  // The box goes away for a moment when it has been claimed, and comes back as its branch with other pages.
  const gone = asked.isRefetchError || asked.data === null;
  useEffect(() => {
    if (!gone) return undefined;
    const timer = setInterval(() => void openAgain(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [gone]);
  return (
    <main className="claim-page">
      <Brand />
      <h1>{t('claim.title')}</h1>
      <Panel title={t('claim.panel')} aside={<LookSwitches />}>
        {gone && <Empty>{t('claim.done')}</Empty>}
        {!gone && (asked.data ? <Claim claim={asked.data} /> : <Empty>{t('page.loading')}</Empty>)}
      </Panel>
    </main>
  );
}

async function openAgain(): Promise<void> {
  const answer = await fetch('/api/ready').catch(() => undefined);
  if (answer?.ok) location.reload();
}
