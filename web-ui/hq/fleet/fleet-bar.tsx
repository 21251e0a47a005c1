/** Find, sort, narrow the fleet. */
import { useWords } from '../../parts/door/context.ts';
import { Typed } from '../../parts/show/typed.tsx';
import type { Key } from '../../words/words.ts';
import { SORTS, type Sort } from './rank.ts';
import '../../parts/calls/filter-bar.css';

interface BarProps {
  readonly typed: string;
  readonly onType: (value: string) => void;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly onlyTrouble: boolean;
  readonly onOnlyTrouble: (only: boolean) => void;
}

const SORT_KEYS: Record<Sort, Key> = {
  help: 'fleet.help',
  name: 'fleet.branch',
  calls: 'fleet.calls',
  disk: 'fleet.disk',
  ledger: 'fleet.ledger',
  age: 'fleet.age',
};

export function FleetBar(props: BarProps) {
  const { t } = useWords();
  return (
    <form className="filter-bar" role="search" onSubmit={(event) => event.preventDefault()}>
      <Typed
        label={t('fleet.filter')}
        value={props.typed}
        onChange={props.onType}
        testId="fleet-filter"
        slash
      />
      <label>
        {t('fleet.sort')}
        <select
          value={props.sort}
          onChange={(event) => props.onSort(event.target.value as Sort)}
          data-testid="fleet-sort"
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {t(SORT_KEYS[sort])}
            </option>
          ))}
        </select>
      </label>
      <label className="fleet-only">
        <input
          type="checkbox"
          checked={props.onlyTrouble}
          onChange={(event) => props.onOnlyTrouble(event.target.checked)}
        />
        {t('fleet.onlyTrouble')}
      </label>
    </form>
  );
}
