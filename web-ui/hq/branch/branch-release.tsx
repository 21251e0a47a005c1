/** The software of this branch's box: another release ordered, of those that headquarters keeps. What comes of it stands among the commands. */
import { releaseRoutes } from '@branchline/contracts/http/releases';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Empty } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import '../document/document.css';

export function BranchRelease({ box, done }: { box: BoxSummary; done: () => Promise<void> }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const [chosen, setChosen] = useState('');
  const [now, setNow] = useState(false);
  const [back, setBack] = useState(false);
  const kept = useQuery({
    queryKey: ['releases'],
    queryFn: ({ signal }) => ask(releaseRoutes.releases, { signal }),
  });
  const versions = [...new Set((kept.data?.releases ?? []).map(({ version }) => version))].filter(
    (version) => version !== box.version,
  );
  const version = versions.includes(chosen) ? chosen : (versions[0] ?? '');
  const order = useMutation({
    mutationFn: () =>
      ask(releaseRoutes.orderRelease, {
        path: { box: box.box },
        body: { version, back, when: now ? 'now' : 'quiet' },
      }),
    onSettled: done,
  });
  if (kept.error) return <Trouble error={kept.error} retry={() => void kept.refetch()} />;
  if (version === '') return <Empty>{t('commands.release.none')}</Empty>;
  return (
    <div className="document-form">
      <p className="empty">{t('commands.release.hint')}</p>
      <div className="document-who">
        <label>
          <span>{t('commands.release.version')}</span>
          <select
            value={version}
            onChange={(event) => setChosen(event.target.value)}
            data-testid="release-version"
          >
            {versions.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label>
          <input type="checkbox" checked={now} onChange={(event) => setNow(event.target.checked)} />
          <span>{t('commands.release.now')}</span>
        </label>
        <label>
          <input type="checkbox" checked={back} onChange={(event) => setBack(event.target.checked)} />
          <span>{t('commands.release.back')}</span>
        </label>
      </div>
      <div className="document-acts">
        <button
          type="button"
          disabled={order.isPending}
          onClick={() => order.mutate()}
          data-testid="order-release"
        >
          {t('commands.release.order')}
        </button>
      </div>
      {order.error && <Trouble error={order.error} />}
    </div>
  );
}
