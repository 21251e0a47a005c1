/** The box's own page, opened from here by a line that the box opens. */
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { pageRoutes, VISIT_MIN } from '@branchline/contracts/http/visits';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import '../document/document.css';

const LOOK_MS = 5_000;

export function BranchOwnPage({ box: { box, online } }: { box: BoxSummary }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState(String(VISIT_MIN.usual));
  const asked = useQuery({
    queryKey: ['page', box],
    queryFn: ({ signal }) => ask(pageRoutes.page, { path: { box }, signal }),
    refetchInterval: LOOK_MS,
  });
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['page', box] });
  const open = useMutation({
    mutationFn: () => ask(pageRoutes.openPage, { path: { box }, body: { forMin: Number(minutes) } }),
    onSettled: again,
  });
  const close = useMutation({
    mutationFn: () => ask(pageRoutes.closePage, { path: { box } }),
    onSettled: () => {
      open.reset();
      return again();
    },
  });
  const visit = asked.data;
  return (
    <Panel title={t('visit.title')} testId="own-page">
      <div className="document-form">
        <p className="soft">{t('visit.says')}</p>
        <div className="document-acts">
          <label>
            {t('visit.minutes')}{' '}
            <input
              type="number"
              min={VISIT_MIN.least}
              max={VISIT_MIN.most}
              value={minutes}
              onChange={(event) => setMinutes(event.target.value)}
              data-testid="page-minutes"
            />
          </label>
          <button
            type="button"
            disabled={!online || open.isPending}
            onClick={() => open.mutate()}
            data-testid="page-open"
          >
            {t(open.isPending ? 'visit.opening' : 'visit.open')}
          </button>
          {visit && (
            <button
              type="button"
              disabled={close.isPending}
              onClick={() => close.mutate()}
              data-testid="page-close"
            >
              {t('visit.close')}
            </button>
          )}
        </div>
        {open.error && <Trouble error={open.error} />}
        {close.error && <Trouble error={close.error} />}
        {open.data && visit ? (
          <Ready box={box} url={open.data.url} until={visit.until} />
        ) : (
          visit && (
            <Mark shape="busy">{t('visit.others', { who: visit.who, until: { at: visit.until } })}</Mark>
          )
        )}
      </div>
    </Panel>
  );
}

function Ready({ box, url, until }: { box: string; url: string; until: string }) {
  const { t } = useWords();
  return (
    <div aria-live="polite">
      <p>
        <Mark shape="good">{t('visit.ready', { until: { at: until } })}</Mark>
      </p>
      <p>
        <a href={url} target="_blank" rel="noopener noreferrer" data-testid="page-link">
          {t('visit.go', { box })} ↗
        </a>{' '}
        <span className="soft">{t('visit.once')}</span>
      </p>
    </div>
  );
}
