/** The boxes: who is enrolled, who is there, what each said of itself last. */
import type { Database, Rows, Value } from './database.ts';

export interface BoxRow {
  readonly id: number;
  readonly name: string;
  readonly online: boolean;
  /** Ms since 1970, by headquarters' clock: when `online` last changed. */
  readonly since: number | null;
  readonly version: string | null;
  /** JSON, as it came. */
  readonly reported: string | null;
  readonly reportedAt: number | null;
  readonly health: string | null;
}

export interface Presence {
  readonly online: boolean;
  /** Ms since 1970, by headquarters' clock. */
  readonly since: number;
  readonly version: string | null;
}

const COLUMNS = 'id, name, online, since, version, reported, reported_at as "reportedAt", health';

export class Boxes {
  readonly #db: Database;
  /** A box's number never changes. */
  readonly #ids = new Map<string, number>();

  constructor(db: Database) {
    this.#db = db;
  }

  async all(): Promise<BoxRow[]> {
    const rows = await this.#db.all<RawRow>(`select ${COLUMNS} from box order by name`);
    return rows.map((row) => ({ ...row, online: row.online === 1 }));
  }

  /** The number of a box; a box that was not known is entered. */
  async idOf(name: string): Promise<number> {
    const known = await this.find(name);
    if (known !== undefined) return known;
    await this.#db.run('insert into box (name) values (?) on conflict (name) do nothing', name);
    const entered = await this.find(name);
    if (entered === undefined) throw new Error(`box '${name}' was entered and is not there`);
    return entered;
  }

  async find(name: string): Promise<number | undefined> {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const row = await this.#db.one<{ id: number }>('select id from box where name = ?', name);
    // One that is being entered is not there when that is undone.
    if (row) this.#db.afterwards(() => this.#ids.set(name, row.id));
    return row?.id;
  }

  /** Within a transaction: what is decided about this box waits until it is over, in other processes too. */
  async hold(name: string): Promise<number> {
    const id = await this.idOf(name);
    await this.#db.one(`select id from box where id = ? ${this.#db.words.forUpdate}`, id);
    return id;
  }

  async present(newest: ReadonlyMap<string, Presence>): Promise<void> {
    const columns = { id: 'bigint', online: 'bigint', since: 'bigint', version: 'text' } as const;
    await this.#update(columns, newest, ({ online, since, version }) => [online ? 1 : 0, since, version]);
  }

  /** After a start nobody is connected yet. */
  async allOffline(now: number): Promise<void> {
    await this.#db.run('update box set online = 0, since = ? where online = 1', now);
  }

  /** `at`: ms since 1970, by headquarters' clock. */
  async reported(newest: ReadonlyMap<string, { readonly said: object; readonly at: number }>): Promise<void> {
    const columns = { id: 'bigint', reported: 'text', reported_at: 'bigint' } as const;
    await this.#update(columns, newest, ({ said, at }) => [JSON.stringify(said), at]);
  }

  async health(newest: ReadonlyMap<string, object>): Promise<void> {
    await this.#update({ id: 'bigint', health: 'text' }, newest, (report) => [JSON.stringify(report)]);
  }

  /** All or none; a box that was not known is entered. */
  async #update<V>(
    columns: Rows['columns'],
    newest: ReadonlyMap<string, V>,
    row: (of: V) => readonly Value[],
  ): Promise<void> {
    await this.#db.together(async () => {
      const rows: (readonly Value[])[] = [];
      for (const [name, of] of newest) rows.push([await this.idOf(name), ...row(of)]);
      await this.#db.update({ table: 'box', columns, rows });
    });
  }
}

type RawRow = Omit<BoxRow, 'online'> & { online: number };
