/** A column of a table as an agent tells it, and how far a lying agent is followed. Pure. */

/** What an agent said of one object. */
export interface Told {
  readonly oid: string;
  /** ASN.1 tag; 128 to 130 say that there is nothing (RFC 3416, section 3). */
  readonly type: number;
  readonly value: unknown;
}

/** By index, in the agent's order; a value that is no whole number is undefined. */
export type Column = ReadonlyMap<string, number | undefined>;

const NOTHING_FROM = 128;
const NOTHING_TO = 130;

/** More rows than any gateway has; one that tells more is not believed. */
export const MOST_ROWS = 1_024;

export class Nonsense extends Error {
  override readonly name = 'Nonsense';
}

/**
 * Adds what came after `from` to the rows of `column`. `next` is where to ask on; undefined when the column has ended.
 * @throws Nonsense for an agent that goes back, or never ends.
 */
export function taken(
  column: string,
  rows: ReadonlyMap<string, number | undefined>,
  from: string,
  answer: readonly Told[],
): { readonly rows: Column; readonly next?: string } {
  const all = new Map(rows);
  let last = from;
  for (const { oid, type, value } of answer) {
    const ended = type >= NOTHING_FROM && type <= NOTHING_TO;
    if (ended || !oid.startsWith(`${column}.`)) return { rows: all };
    if (!follows(oid, last)) throw new Nonsense('the agent goes back in its table');
    if (all.size >= MOST_ROWS) throw new Nonsense(`the agent has a table of more than ${MOST_ROWS} rows`);
    all.set(
      oid.slice(column.length + 1),
      typeof value === 'number' && Number.isInteger(value) ? value : undefined,
    );
    last = oid;
  }
  return answer.length === 0 ? { rows: all } : { rows: all, next: last };
}

/** Whether an object identifier stands after another one. */
export function follows(oid: string, before: string): boolean {
  const a = oid.split('.').map(Number);
  const b = before.split('.').map(Number);
  const differs = a.findIndex((part, at) => part !== b[at]);
  if (differs < 0) return false;
  const other = b[differs];
  return other === undefined || (a[differs] ?? 0) > other;
}
