/** Who did what at headquarters, newest first; what is looked for stands in the address, so that a list can be linked to. */
import { documentRoutes, type AuditEntry } from '@branchline/contracts/http/fleet-documents';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useBranches } from '../use-branches.ts';
import { AuditFilters } from './audit-filters.tsx';
import { askedFrom } from './asked.ts';

const PAGE = 100;

export default function Audit() {
  const { t } = useWords();
  const { ask } = useDoor();
  const [search, setSearch] = useSearchParams();
  const branches = useBranches();
  const { before, ...filters } = askedFrom(search);
  const query = { ...filters, before };
  const page = useQuery({
    queryKey: ['audit', query],
    queryFn: ({ signal }) => ask(documentRoutes.audit, { query: { ...query, limit: PAGE }, signal }),
    placeholderData: keepPreviousData,
  });
  const { entries = [], more = false, actions = [] } = page.data ?? {};
  const last = entries.at(-1);
  const file = `${documentRoutes.auditCsv.path}?${new URLSearchParams(Object.entries(filters)).toString()}`;
  const earlier = (id: number | undefined): void => {
    const next = new URLSearchParams(search);
    if (id === undefined) next.delete('before');
    else next.set('before', String(id));
    setSearch(next);
  };
  return (
    <div className="page">
      <h1>{t('audit.title')}</h1>
      <AuditFilters
        asked={filters}
        set={setSearch}
        boxes={(branches ?? []).map(({ box }) => box).sort()}
        actions={actions}
      />
      <Panel
        title={t('audit.title')}
        testId="audit"
        aside={
          <a href={file} download="audit.csv" data-testid="audit-csv">
            {t('audit.csv')}
          </a>
        }
      >
        {page.error && <Trouble error={page.error} retry={() => void page.refetch()} />}
        {page.data && entries.length === 0 && <Empty>{t('audit.none')}</Empty>}
        <Table
          label={t('audit.title')}
          columns={useColumns()}
          rows={entries}
          rowKey={({ id }) => String(id)}
          rowTestId="audit-entry"
        />
        <div className="document-acts">
          {before !== undefined && (
            <button type="button" onClick={() => earlier(undefined)}>
              {t('audit.newest')}
            </button>
          )}
          {more && (
            <button type="button" onClick={() => earlier(last?.id)} data-testid="audit-more">
              {t('audit.more')}
            </button>
          )}
        </div>
      </Panel>
    </div>
  );
}

function useColumns(): Column<AuditEntry>[] {
  const { t, at } = useWords();
  return [
    {
      key: 'at',
      title: t('audit.at'),
      cell: (entry) => <time dateTime={entry.at}>{at(entry.at)}</time>,
      small: 'corner',
    },
    { key: 'who', title: t('audit.who'), cell: ({ who }) => who, small: 'head' },
    { key: 'action', title: t('audit.action'), cell: ({ action }) => action, small: 'bare' },
    {
      key: 'box',
      title: t('audit.branch'),
      cell: ({ box }) => box !== null && <Link to={`/boxes/${encodeURIComponent(box)}`}>{box}</Link>,
      small: 'bare',
    },
    {
      key: 'detail',
      title: t('audit.detail'),
      cell: ({ detail }) => <span className="mono">{detail}</span>,
      small: 'whole',
    },
    {
      key: 'address',
      title: t('audit.address'),
      cell: ({ address }) => <span className="mono">{address}</span>,
    },
  ];
}
