/** The filters of a call list; what is set stands in the address. */
import type { ReactNode } from 'react';
import { useWords } from '../door/context.ts';
import { Typed } from '../show/typed.tsx';
import { wall } from '../time.ts';
import { DIRECTIONS, isFiltered, OUTCOMES, withFilter, type Filters } from './filters.ts';
import { zonedIso } from './zoned-iso.ts';
import './filter-bar.css';

interface BarProps {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
  /** A filter of this door alone. */
  readonly more?: ReactNode;
}

export function FilterBar({ filters, onChange, more }: BarProps) {
  const { t, zone } = useWords();
  const set = (field: keyof Filters, value: string): void => onChange(withFilter(filters, field, value));
  const before = filters.before && wall(Date.parse(filters.before), zone);
  return (
    <form className="filter-bar" role="search" onSubmit={(event) => event.preventDefault()}>
      {more}
      <Typed
        label={t('calls.about')}
        value={filters.about ?? ''}
        onChange={(value) => set('about', value)}
        testId="filter-about"
        slash
      />
      <label>
        {t('calls.direction')}
        <select
          value={filters.direction ?? ''}
          onChange={(event) => set('direction', event.target.value)}
          data-testid="filter-direction"
        >
          <option value="">{t('calls.any')}</option>
          {DIRECTIONS.map((one) => (
            <option key={one} value={one}>
              {t(`direction.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('calls.outcome')}
        <select
          value={filters.outcome ?? ''}
          onChange={(event) => set('outcome', event.target.value)}
          data-testid="filter-outcome"
        >
          <option value="">{t('calls.any')}</option>
          {OUTCOMES.map((one) => (
            <option key={one} value={one}>
              {t(`outcome.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('calls.before')}
        <input
          type="datetime-local"
          value={before ? `${before.date}T${before.time.slice(0, 5)}` : ''}
          onChange={(event) => set('before', zonedIso(event.target.value, zone) ?? '')}
          data-testid="filter-before"
        />
      </label>
      {isFiltered(filters) && (
        <button type="button" onClick={() => onChange({})} data-testid="filter-clear">
          {t('calls.clear')}
        </button>
      )}
    </form>
  );
}
