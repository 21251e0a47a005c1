/** What lies between two documents, field by field. */
import { touchedBy, type fieldChange, type fieldConflict } from '@branchline/contracts/fleet/documents';
import type { z } from 'zod';
import { useWords } from '../../parts/door/context.ts';
import { Empty } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import './document.css';

export type FieldChange = z.output<typeof fieldChange>;
export type FieldConflict = z.output<typeof fieldConflict>;

interface ChangesProps {
  readonly changes: readonly FieldChange[];
  /** Headings in place of 'was' and 'becomes'. */
  readonly sides?: { readonly was: string; readonly becomes: string };
}

export function Changes({ changes, sides }: ChangesProps) {
  const { t } = useWords();
  if (changes.length === 0) return <Empty>{t('documents.noDifference')}</Empty>;
  const columns: Column<FieldChange>[] = [
    field(t('documents.field')),
    { key: 'was', title: sides?.was ?? t('documents.was'), cell: ({ was }) => <Value of={was} /> },
    {
      key: 'becomes',
      title: sides?.becomes ?? t('documents.becomes'),

      cell: ({ becomes }) => <Value of={becomes} />,
    },
  ];
  return (
    <div data-testid="changes">
      <p className="document-touches soft">
        {t('documents.touches')}{' '}
        {touchedBy(changes)
          .map(({ section, names }) => (names.length > 0 ? `${section} (${names.join(', ')})` : section))
          .join(' · ')}
      </p>
      <Table label={t('documents.becomes')} columns={columns} rows={changes} rowKey={keyOf} />
    </div>
  );
}

export function Conflicts({ conflicts }: { conflicts: readonly FieldConflict[] }) {
  const { t } = useWords();
  const columns: Column<FieldConflict>[] = [
    field(t('documents.field')),
    { key: 'base', title: t('documents.common'), cell: ({ base }) => <Value of={base} /> },
    { key: 'here', title: t('documents.here'), cell: ({ here }) => <Value of={here} /> },
    {
      key: 'theirs',
      title: t('documents.theirs'),

      cell: ({ theirs }) => <Value of={theirs} />,
    },
  ];
  return (
    <div data-testid="conflicts">
      <Table label={t('documents.standing.conflict')} columns={columns} rows={conflicts} rowKey={keyOf} />
    </div>
  );
}

const keyOf = ({ path }: { readonly path: readonly string[] }): string => JSON.stringify(path);

const field = <R extends { readonly path: readonly string[] }>(title: string): Column<R> => ({
  key: 'field',
  title,
  small: 'head',
  cell: ({ path }) => <code>{path.join(' › ')}</code>,
});

export function Value({ of }: { of: unknown }) {
  const { t } = useWords();
  if (of === undefined) return <span className="soft">{t('documents.nothing')}</span>;
  return <code className="document-value">{typeof of === 'string' ? of : JSON.stringify(of)}</code>;
}
