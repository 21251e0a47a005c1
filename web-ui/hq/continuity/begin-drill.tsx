/** Begins a drill at a branch, or plans one; shows the one that is open. */
import {
  drillKind,
  drillRoutes,
  DRILL_KINDS,
  HAND_DRILLS,
  type DrillKind,
} from '@branchline/contracts/http/drills';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Trouble } from '../../parts/show/trouble.tsx';
import { DrillTable } from './drill-table.tsx';
import { useDrills } from './use-continuity.ts';

/** Seconds: of what headquarters does itself, and what a person has to walk to. */
const [HOLD_S, HAND_HOLD_S] = ['30', '600'];
/** Of the latest drills of the branch. */
const SHOWN = 3;

export function BeginDrill({ box }: { box: string }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const go = useNavigate();
  const drills = useDrills(box);
  const [kind, setKind] = useState<DrillKind>('move');
  const [hold, setHold] = useState(HOLD_S);
  const [when, setWhen] = useState('');
  const [quiet, setQuiet] = useState(false);
  const choose = (next: DrillKind): void => {
    setKind(next);
    setHold(HAND_DRILLS.includes(next) ? HAND_HOLD_S : HOLD_S);
  };
  const begin = useMutation({
    mutationFn: () =>
      ask(drillRoutes.beginDrill, {
        path: { box },
        body: {
          kind,
          holdS: Number(hold),
          quietHour: quiet,
          ...(when === '' ? {} : { at: new Date(when).toISOString() }),
        },
      }),
    onSuccess: ({ id }) => go(`/drills/${id}`),
  });
  const byHand = HAND_DRILLS.includes(kind);
  return (
    <div className="continuity-orders no-print">
      <h3>{t('drills.beginTitle')}</h3>
      <div className="document-acts">
        <KindChoice kind={kind} choose={choose} />
        <label>
          {t(byHand ? 'drills.atMost' : 'drills.hold')}{' '}
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
        <label>
          <input
            type="checkbox"
            checked={quiet}
            onChange={(event) => setQuiet(event.target.checked)}
            data-testid="drill-quiet"
          />{' '}
          {t('drills.quietHour')}
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

function KindChoice({ kind, choose }: { kind: DrillKind; choose: (kind: DrillKind) => void }) {
  const { t } = useWords();
  return (
    <label>
      {t('drills.kindTitle')}{' '}
      <select
        value={kind}
        onChange={(event) => choose(drillKind.parse(event.target.value))}
        data-testid="drill-kind"
      >
        {DRILL_KINDS.map((each) => (
          <option key={each} value={each}>
            {t(`drills.kind.${each}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
