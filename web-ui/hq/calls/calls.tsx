/** The history of the fleet, or of one branch. */
import { controllerRoutes } from '@branchline/contracts/http/controller';
import { branchOf } from '@branchline/contracts/stand-in-name';
import { Link } from 'react-router';
import type { ListedCall } from '../../parts/calls/call-table.tsx';
import { withFilter } from '../../parts/calls/filters.ts';
import { History } from '../../parts/calls/history.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { useFleet } from '../live.ts';
import { useBranches } from '../use-branches.ts';

export default function Calls() {
  const { ask } = useDoor();
  const { t, text } = useWords();
  const boxes = useFleet((state) => state?.boxes);
  const branches = useBranches();
  const calls = useFleet((state) => state?.calls);
  const nameOf = (box: string): string => {
    const name = boxes?.[branchOf(box)]?.name;
    return name ? text(name) : branchOf(box);
  };
  const branchColumn = {
    key: 'box',
    title: t('calls.branch'),
    small: 'bare' as const,
    cell: ({ box = '' }: ListedCall) => (
      <Link to={`/boxes/${encodeURIComponent(branchOf(box))}`}>{nameOf(box)}</Link>
    ),
  };
  return (
    <History
      fetchPage={(filters, signal) =>
        ask(controllerRoutes.calls, { query: { ...filters, limit: 100 }, signal })
      }
      linkTo={(call) => `/boxes/${encodeURIComponent(call.box ?? '')}/calls/${encodeURIComponent(call.id)}`}
      pulse={Object.keys(calls ?? {})
        .sort()
        .join(' ')}
      columns={[branchColumn]}
      filter={(filters, set) => (
        <label>
          {t('calls.branch')}
          <select
            value={filters.box ?? ''}
            onChange={(event) => set(withFilter(filters, 'box', event.target.value))}
            data-testid="filter-box"
          >
            <option value="">{t('calls.any')}</option>
            {(branches ?? [])
              .map(({ box }) => box)
              .sort()
              .map((box) => (
                <option key={box} value={box}>
                  {nameOf(box)}
                </option>
              ))}
          </select>
        </label>
      )}
    />
  );
}
