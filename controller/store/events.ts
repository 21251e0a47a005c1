/** The events of the ledger as they are kept: small, those of one call side by side. */
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { Db } from '@branchline/runtime/sqlite';

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

export class Events {
  readonly #insert;
  readonly #ofOwner;
  readonly #remove;
  readonly #move;
  readonly #typeId;
  readonly #newType;
  readonly #types = new Map<string, number>();

  constructor(db: Db) {
    this.#insert = db.prepare<[number, number, number, number, string, string | null]>(
      // Not 'or ignore', which would pass over an event without a time as well.
      `insert into event (owner, seq, at, type, body, extra) values (?, ?, ?, ?, ?, ?)
       on conflict (owner, seq) do nothing`,
    );
    this.#ofOwner = db.prepare<[number, number, number], Row>(
      `select seq, at, event_type.name as type, body, extra
       from event join event_type on event_type.id = event.type where owner = ? and seq between ? and ? order by seq`,
    );
    this.#remove = db.prepare<[number, number, number]>(
      'delete from event where owner = ? and seq between ? and ?',
    );
    this.#move = db.prepare<[number, number]>('update event set owner = ? where owner = ?');
    this.#typeId = db.prepare<[string], { id: number }>('select id from event_type where name = ?');
    this.#newType = db.prepare<[string]>('insert into event_type (name) values (?)');
  }

  add(owner: Owner, event: LedgerEvent): void {
    const { seq, at, type, body, call: _named, ...more } = event;
    const extra = Object.keys(more).length > 0 ? JSON.stringify(more) : null;
    this.#insert.run(keyOf(owner), seq, Date.parse(at), this.#typeOf(type), JSON.stringify(body), extra);
  }

  /** In the order of their numbers. */
  of(owner: Owner): LedgerEvent[] {
    return this.within(owner, 1, Number.MAX_SAFE_INTEGER);
  }

  /** Those from one number to another, both included. */
  within(owner: Owner, from: number, to: number): LedgerEvent[] {
    return this.#ofOwner.all(keyOf(owner), from, to).map((row) => ({
      ...(row.extra === null ? {} : (JSON.parse(row.extra) as Record<string, unknown>)),
      seq: row.seq,
      at: new Date(row.at).toISOString(),
      ...('call' in owner ? { call: owner.name } : {}),
      type: row.type,
      body: JSON.parse(row.body) as Record<string, unknown>,
    }));
  }

  /** Takes them out, so that they can be taken in anew. */
  /** Whether there were any. */
  remove(owner: Owner, from: number, to: number): boolean {
    return this.#remove.run(keyOf(owner), from, to).changes > 0;
  }

  move(fromCall: number, toCall: number): void {
    this.#move.run(toCall, fromCall);
  }

  /** To be called when a transaction was undone: a type that was new in it is not there any more. */
  forget(): void {
    this.#types.clear();
  }

  #typeOf(name: string): number {
    const known = this.#types.get(name) ?? this.#typeId.get(name)?.id;
    const id = known ?? Number(this.#newType.run(name).lastInsertRowid);
    this.#types.set(name, id);
    return id;
  }
}
