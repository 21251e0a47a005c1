/** Begins a drill at a branch, or plans one; shows the one that is open. */
import { drillKind, drillRoutes, DRILL_KINDS, type DrillKind } from '@branchline/contracts/http/drills';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Trouble } from '../../parts/show/trouble.tsx';
import { DrillTable } from './drill-table.tsx';
import { useDrills } from './use-continuity.ts';

/** Of the latest drills of the branch. */
const SHOWN = 3;

export function BeginDrill({ box }: { box: string }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const go = useNavigate();
  const drills = useDrills(box);
  const [kind, setKind] = useState<DrillKind>('move');
  const [hold, setHold] = useState('30');
  const [when, setWhen] = useState('');
  const begin = useMutation({
    mutationFn: () =>
      ask(drillRoutes.beginDrill, {
        path: { box },
        body: {
          kind,
          holdS: Number(hold),
          ...(when === '' ? {} : { at: new Date(when).toISOString() }),
        },
      }),
    onSuccess: ({ id }) => go(`/drills/${id}`),
  });
  return (
    <div className="continuity-orders no-print">
      <h3>{t('drills.beginTitle')}</h3>
      <div className="document-acts">
        <label>
          {t('drills.kindTitle')}{' '}
          <select
            value={kind}
            onChange={(event) => setKind(drillKind.parse(event.target.value))}
            data-testid="drill-kind"
          >
            {DRILL_KINDS.map((each) => (
              <option key={each} value={each}>
                {t(`drills.kind.${each}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('drills.hold')}{' '}
          <input
            type="number"
            min={10}
            max={3_600}
            value={hold}
            onChange={(event) => setHold(event.target.value)}
            data-testid="drill-hold"
          />
        </label>
        <label>
          {t('drills.when')}{' '}
          <input type="datetime-local" value={when} onChange={(event) => setWhen(event.target.value)} />
        </label>
        <button
          type="button"
          disabled={begin.isPending}
          onClick={() => begin.mutate()}
          data-testid="drill-begin"
        >
          {t('drills.begin')}
        </button>
      </div>
      <p className="soft">{t(`drills.hint.${kind}`)}</p>
      {begin.error && <Trouble error={begin.error} />}
      {drills.data && drills.data.drills.length > 0 && (
        <DrillTable drills={drills.data.drills.slice(0, SHOWN)} />
      )}
    </div>
  );
}
