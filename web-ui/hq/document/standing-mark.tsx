/** How a box stands to the newest version of its document: number, shape and word. */
import type { Standing } from '@branchline/contracts/fleet/documents';
import type { DocumentStanding } from '@branchline/contracts/http/fleet-documents';
import { useWords } from '../../parts/door/context.ts';
import { Mark, type Shape } from '../../parts/show/mark.tsx';

const SHAPES: Record<Standing, Shape> = {
  none: 'rest',
  waiting: 'note',
  trying: 'busy',
  'in-step': 'good',
  drift: 'warn',
  conflict: 'warn',
  refused: 'bad',
  reverted: 'bad',
};

export function StandingMark({ of: { version, standing } }: { of: DocumentStanding }) {
  const { t } = useWords();
  if (version === null) return <span className="soft">–</span>;
  return (
    <span data-testid="standing" data-standing={standing}>
      {version} <Mark shape={SHAPES[standing]}>{t(`documents.standing.${standing}`)}</Mark>
    </span>
  );
}
