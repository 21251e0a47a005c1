/** A dense table from columns and rows. Below 640 px each row becomes a small card. */
import type { ReactNode } from 'react';
import { walkRows } from './row-keys.ts';
import './table.css';

export interface Column<R> {
  readonly key: string;
  readonly title: ReactNode;
  readonly cell: (row: R) => ReactNode;
  /** Numbers stand right-aligned. */
  readonly number?: boolean;
  /**
   * On a small screen: 'head' names the card, 'corner' stands at its right, 'whole' takes a line of its own; 'bare' and
   * the others follow each other, 'bare' without its title.
   */
  readonly small?: 'head' | 'corner' | 'whole' | 'bare';
  readonly width?: string;
}

interface TableProps<R> {
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly rowKey: (row: R) => string;
  readonly rowTestId?: string;
  readonly rowClass?: (row: R) => string;
}

export function Table<R>({ label, columns, rows, rowKey, rowTestId, rowClass }: TableProps<R>) {
  return (
    <div className="table-scroll">
      <table className="table stack" aria-label={label} onKeyDown={walkRows}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={column.number ? 'num' : ''}
                style={{ width: column.width }}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} data-testid={rowTestId} data-id={rowKey(row)} className={rowClass?.(row)}>
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={`${column.number ? 'num' : ''} ${column.small ?? ''}`}
                  data-label={column.small === undefined ? labelOf(column.title) : undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const labelOf = (title: ReactNode): string | undefined => (typeof title === 'string' ? title : undefined);
