/** By branch, person, kind and day. */
import { useWords } from '../../parts/door/context.ts';
import { Typed } from '../../parts/show/typed.tsx';
import { dayOf, dayStart, searchWith, type Asked, type Field } from './asked.ts';
import '../../parts/calls/filter-bar.css';

interface Props {
  readonly asked: Asked;
  readonly set: (search: URLSearchParams) => void;
  readonly boxes: readonly string[];
  readonly actions: readonly string[];
}

export function AuditFilters({ asked, set, boxes, actions }: Props) {
  const { t } = useWords();
  const change = (field: Field, value: string): void => set(searchWith(asked, field, value));
  const choice = (field: 'box' | 'action', title: string, options: readonly string[]) => (
    <label>
      {title}
      <select
        value={asked[field] ?? ''}
        onChange={(event) => change(field, event.target.value)}
        data-testid={`audit-${field}`}
      >
        <option value="">{t('audit.any')}</option>
        {options.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
  return (
    <form className="filter-bar" role="search" onSubmit={(event) => event.preventDefault()}>
      {choice('box', t('audit.branch'), boxes)}
      <Typed
        label={t('audit.who')}
        value={asked.who ?? ''}
        onChange={(value) => change('who', value)}
        testId="audit-who"
        slash
      />
      {choice('action', t('audit.action'), actions)}
      <label>
        {t('audit.from')}
        <input
          type="date"
          value={dayOf(asked.from)}
          onChange={(event) => change('from', dayStart(event.target.value))}
          data-testid="audit-from"
        />
      </label>
      <label>
        {t('audit.to')}
        <input
          type="date"
          value={dayOf(asked.to, -1)}
          onChange={(event) => change('to', dayStart(event.target.value, 1))}
          data-testid="audit-to"
        />
      </label>
    </form>
  );
}
