/** A page of call history: filters, the list, older calls, export. New calls come in by themselves, but never under the pointer. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { useWords } from '../door/context.ts';
import { Empty, Panel } from '../show/panel.tsx';
import type { Column } from '../show/table.tsx';
import { Trouble } from '../show/trouble.tsx';
import { CallTable, type ListedCall } from './call-table.tsx';
import { csvOf } from './csv.ts';
import { FilterBar } from './filter-bar.tsx';
import { filtersFrom, isFiltered, searchOf, type Filters } from './filters.ts';
import './history.css';

interface HistoryProps {
  readonly fetchPage: (
    filters: Filters,
    signal: AbortSignal,
  ) => Promise<{ readonly calls: readonly ListedCall[]; readonly more: boolean }>;
  readonly linkTo: (call: ListedCall) => string;
  /** Changes whenever a call begins or ends. */
  readonly pulse: string;
  readonly columns?: readonly Column<ListedCall>[];
  readonly filter?: (filters: Filters, set: (filters: Filters) => void) => ReactNode;
}

export function History({ fetchPage, linkTo, pulse, columns = [], filter }: HistoryProps) {
  const { t, zone } = useWords();
  const [search, setSearch] = useSearchParams();
  const filters = filtersFrom(search);
  const setFilters = (next: Filters): void => setSearch(searchOf(next));
  const page = useQuery({
    queryKey: ['calls', searchOf(filters)],
    queryFn: ({ signal }) => fetchPage(filters, signal),
    placeholderData: keepPreviousData,
  });
  const list = useQuietRefresh(pulse, filters.before === undefined, () => void page.refetch());
  const calls = page.data?.calls ?? [];
  const last = calls.at(-1);

  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('calls.title')}</h1>
        <span className="soft">{t('calls.zone', { zone })}</span>
      </div>
      <FilterBar filters={filters} onChange={setFilters} more={filter?.(filters, setFilters)} />
      <div {...list.handlers} aria-busy={page.isFetching}>
        <Panel
          title={
            filters.before === undefined
              ? t('calls.newestFirst')
              : t('calls.newestBefore', { at: { at: filters.before } })
          }
          aside={<Export calls={calls} />}
        >
          {page.error && <Trouble error={page.error} retry={() => void page.refetch()} />}
          {page.isPending && <Empty>{t('calls.loading')}</Empty>}
          {page.data && calls.length === 0 && (
            <Empty>{t(isFiltered(filters) ? 'calls.noMatch' : 'calls.none')}</Empty>
          )}
          {calls.length > 0 && <CallTable calls={calls} linkTo={linkTo} more={columns} />}
        </Panel>
      </div>
      <div className="history-foot">
        {list.waiting && (
          <button type="button" className="main" onClick={list.refresh} data-testid="calls-newer">
            {t('calls.newer')}
          </button>
        )}
        {filters.before !== undefined && (
          <button type="button" onClick={() => setFilters(withoutBefore(filters))}>
            {t('calls.newest')}
          </button>
        )}
        {page.data?.more && last && (
          <button
            type="button"
            onClick={() => setFilters({ ...filters, before: last.startedAt })}
            data-testid="calls-older"
          >
            {t('calls.older')}
          </button>
        )}
      </div>
    </div>
  );
}

function withoutBefore({ before: _, ...rest }: Filters): Filters {
  return rest;
}

/** Calls come in bursts: one question answers for all of a second. */
const GATHER_MS = 1_000;

/** Refreshes soon after each pulse; while the pointer or the focus is on the list it waits to be told. */
function useQuietRefresh(pulse: string, wanted: boolean, refresh: () => void) {
  const [touched, setTouched] = useState(false);
  const [seen, setSeen] = useState(pulse);
  const behind = wanted && pulse !== seen;
  const catchUp = (): void => {
    setSeen(pulse);
    refresh();
  };
  const onGathered = useEffectEvent(catchUp);
  useEffect(() => {
    if (!behind || touched) return undefined;
    const timer = setTimeout(() => onGathered(), GATHER_MS);
    return () => clearTimeout(timer);
  }, [behind, touched]);
  return {
    waiting: behind && touched,
    refresh: catchUp,
    handlers: {
      onPointerEnter: () => setTouched(true),
      onPointerLeave: () => setTouched(false),
      onFocus: () => setTouched(true),
      onBlur: () => setTouched(false),
    },
  };
}

function Export({ calls }: { calls: readonly ListedCall[] }) {
  const { t } = useWords();
  if (calls.length === 0) return null;
  const save = (): void => {
    const url = URL.createObjectURL(new Blob(['\uFEFF', csvOf(calls)], { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `calls-${new Date().toISOString().slice(0, 10)}.csv`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <button type="button" className="quiet" onClick={save} data-testid="calls-export">
      {t('calls.export')}
    </button>
  );
}
