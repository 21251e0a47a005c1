/** How the box stands to the newest version, what it says of it, and what can be decided. */
import { documentRoutes, type branchDocuments } from '@branchline/contracts/http/fleet-documents';
import { useMutation } from '@tanstack/react-query';
import type { z } from 'zod';
import { FaultList } from '../../parts/branch/fault-list.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { Changes, Conflicts, type FieldChange } from './changes.tsx';
import { StandingMark } from './standing-mark.tsx';
import type { Who } from './use-documents.ts';
import './document.css';

interface Props {
  readonly box: string;
  readonly documents: z.output<typeof branchDocuments>;
  readonly who: Who | undefined;
  readonly done: () => Promise<void>;
}

export function StandingPanel({ box, documents, who, done }: Props) {
  const { t } = useWords();
  const { standing, box: says } = documents;
  const drifts = standing === 'drift' || standing === 'conflict';
  const drift = drifts ? (says?.drift ?? []).filter((each) => !isIn(says?.conflicts ?? [], each)) : [];
  return (
    <Panel title={t('documents.asked')} aside={<StandingMark of={documents} />} testId="standing-panel">
      <p className="document-says">
        <Next documents={documents} />
      </p>
      {standing === 'refused' && says?.faults && <FaultList faults={says.faults} />}
      {standing === 'conflict' && says?.conflicts && <Conflicts conflicts={says.conflicts} />}
      {drift.length > 0 && (
        <Changes changes={drift} sides={{ was: t('documents.theirs'), becomes: t('documents.here') }} />
      )}
      {(standing === 'none' || standing === 'drift' || standing === 'conflict') && (
        <Settle box={box} newest={documents.version ?? 0} who={who} done={done} />
      )}
    </Panel>
  );
}

type Field = Pick<FieldChange, 'path'>;
const isIn = (fields: readonly Field[], { path }: Field): boolean =>
  fields.some((each) => each.path.join('\n') === path.join('\n'));

function Next({ documents: { standing, box } }: { documents: Props['documents'] }) {
  const words = useWords();
  const { t } = words;
  switch (standing) {
    case 'trying':
      return t('documents.next.trying', { until: box?.until === undefined ? '–' : words.at(box.until) });
    case 'reverted':
      return t('documents.next.reverted', {
        why: box?.because === undefined ? '' : t(`documents.because.${box.because}`),
      });
    default:
      return t(`documents.next.${standing}`);
  }
}

/** What was changed at the box becomes a version, or the newest goes over it. */
function Settle({ box, newest, who, done }: Omit<Props, 'documents'> & { newest: number }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const settle = useMutation({
    mutationFn: (choice: 'take-up' | 'overwrite') =>
      ask(documentRoutes.settleDrift, { path: { box }, body: { ...who, choice, after: newest } }),
    onSuccess: done,
  });
  return (
    <div className="document-form">
      <div className="document-acts">
        <button
          type="button"
          className="main"
          disabled={!who || settle.isPending}
          onClick={() => settle.mutate('take-up')}
          data-testid="take-up"
        >
          {t('documents.takeUp')}
        </button>
        {newest > 0 && (
          <button
            type="button"
            disabled={!who || settle.isPending}
            onClick={() => settle.mutate('overwrite')}
            data-testid="overwrite"
          >
            {t('documents.overwrite')}
          </button>
        )}
      </div>
      {!who && <p className="soft">{t('documents.who')}</p>}
      {settle.error && <Trouble error={settle.error} />}
      {settle.data && !settle.data.ok && <FaultList faults={settle.data.faults} />}
    </div>
  );
}
