/** The events of the ledger as they are kept: small, those of one call side by side. */
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { Database } from './database.ts';

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly body: string;
  readonly extra: string | null;
}

/** Whose event it is: a call by its id, or a stream for an event of no call. */
export type Owner = { readonly call: number; readonly name: string } | { readonly stream: number };

const keyOf = (owner: Owner): number => ('call' in owner ? owner.call : -owner.stream);

const COLUMNS = {
  owner: 'bigint',
  seq: 'bigint',
  at: 'bigint',
  type: 'bigint',
  body: 'text',
  extra: 'text',
} as const;

export class Events {
  readonly #db: Database;
  readonly #types = new Map<string, number>();

  constructor(db: Database) {
    this.#db = db;
  }

  async add(events: readonly { readonly owner: Owner; readonly event: LedgerEvent }[]): Promise<void> {
    const rows = [];
    for (const { owner, event } of events) {
      const { seq, at, type, body, call: _named, ...more } = event;
      const extra = Object.keys(more).length > 0 ? JSON.stringify(more) : null;
      const typeId = this.#types.get(type) ?? (await this.#typeOf(type));
      rows.push([keyOf(owner), seq, Date.parse(at), typeId, JSON.stringify(body), extra]);
    }
    // Not 'or ignore', which would pass over an event without a time as well.
    await this.#db.insert({ table: 'event', columns: COLUMNS, rows }, 'on conflict (owner, seq) do nothing');
  }

  /** In the order of their numbers. */
  of(owner: Owner): Promise<LedgerEvent[]> {
    return this.within(owner, 1, Number.MAX_SAFE_INTEGER);
  }

  /** Those from one number to another, both included. */
  async within(owner: Owner, from: number, to: number): Promise<LedgerEvent[]> {
    const rows = await this.#db.all<Row>(`${SELECT} where owner = ? ${BETWEEN}`, keyOf(owner), from, to);
    return rows.map((row) => eventOf(row, owner));
  }

  /** The same of several at once, each with its own. */
  async withinEach(owners: readonly Owner[], from: number, to: number): Promise<LedgerEvent[]> {
    const byKey = new Map(owners.map((owner) => [keyOf(owner), owner]));
    const rows = await this.#db.all<Row & { owner: number }>(
      `${SELECT} where owner in (select cast(value as bigint) from ${this.#db.words.items('?')}) ${BETWEEN}`,
      ...[JSON.stringify([...byKey.keys()]), from, to],
    );
    return rows.flatMap((row) => {
      const owner = byKey.get(row.owner);
      return owner ? [eventOf(row, owner)] : [];
    });
  }

  /** Takes them out, so that they can be taken in anew. */
  async remove(owner: Owner, from: number, to: number): Promise<void> {
    await this.#db.run(
      'delete from event where owner = ? and seq between ? and ?',
      ...[keyOf(owner), from, to],
    );
  }

  async move(fromCall: number, toCall: number): Promise<void> {
    await this.#db.run('update event set owner = ? where owner = ?', toCall, fromCall);
  }

  async #typeOf(name: string): Promise<number> {
    await this.#db.run('insert into event_type (name) values (?) on conflict (name) do nothing', name);
    const row = await this.#db.one<{ id: number }>('select id from event_type where name = ?', name);
    if (!row) throw new Error(`the type '${name}' of an event was entered and is not there`);
    // One that is being entered is not there when that is undone.
    this.#db.afterwards(() => this.#types.set(name, row.id));
    return row.id;
  }
}

const SELECT = `select owner, seq, at, event_type.name as type, body, extra
  from event join event_type on event_type.id = event.type`;
const BETWEEN = 'and seq between ? and ? order by seq';

const eventOf = (row: Row, owner: Owner): LedgerEvent => ({
  ...(row.extra === null ? {} : (JSON.parse(row.extra) as Record<string, unknown>)),
  seq: row.seq,
  at: new Date(row.at).toISOString(),
  ...('call' in owner ? { call: owner.name } : {}),
  type: row.type,
  body: JSON.parse(row.body) as Record<string, unknown>,
});
