/** Maintenance windows that are in force: what is kept quiet, until when, by whom. */
import type { ShownWindow } from '@branchline/contracts/http/alarms';
import { useWords } from '../door/context.ts';
import { Table, type Column } from '../show/table.tsx';
import { useThing } from './thing.ts';

interface WindowTableProps {
  readonly windows: readonly ShownWindow[];
  readonly busy?: boolean;
  /** Where one can be ended. */
  readonly onEnd?: (id: string) => void;
}

const BY_DOCUMENT = 'document';

export function WindowTable({ windows, busy = false, onEnd }: WindowTableProps) {
  const { t, at } = useWords();
  const thing = useThing();
  const things = ({ what }: ShownWindow): string => what.map(thing).join(', ');
  const columns: Column<ShownWindow>[] = [
    { key: 'what', title: t('alarms.what'), small: 'head', cell: things },
    { key: 'until', title: t('alarms.until'), cell: ({ until }) => at(until) },
    {
      key: 'by',
      title: t('alarms.by'),
      cell: ({ by }) => (by === BY_DOCUMENT ? t('alarms.byDocument') : by),
    },
    { key: 'note', title: t('alarms.note'), cell: ({ note }) => note ?? '' },
  ];
  if (onEnd)
    columns.push({
      key: 'end',
      title: '',
      small: 'corner',
      cell: (window) =>
        window.by === BY_DOCUMENT ? null : (
          <button
            type="button"
            disabled={busy}
            aria-label={t('alarms.endLabel', { what: things(window) })}
            onClick={() => onEnd(window.id)}
            data-testid="end-maintenance"
          >
            {t('alarms.end')}
          </button>
        ),
    });
  return (
    <Table
      label={t('alarms.maintenance')}
      rows={windows}
      rowKey={({ id }) => id}
      rowTestId="window"
      columns={columns}
    />
  );
}
