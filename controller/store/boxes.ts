/** The boxes: who is enrolled, who is there, what each said of itself last. */
import type { Db } from '@branchline/runtime/sqlite';

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

const COLUMNS = 'id, name, online, since, version, reported, reported_at as reportedAt, health';

export class Boxes {
  readonly #db: Db;
  readonly #ids = new Map<string, number>();

  constructor(db: Db) {
    this.#db = db;
  }

  all(): BoxRow[] {
    const rows = this.#db.prepare(`select ${COLUMNS} from box order by name`).all() as RawRow[];
    return rows.map((row) => ({ ...row, online: row.online === 1 }));
  }

  /** The number of a box; a box that was not known is entered. */
  idOf(name: string): number {
    const known = this.#ids.get(name) ?? this.find(name);
    if (known !== undefined) {
      this.#ids.set(name, known);
      return known;
    }
    return Number(this.#db.prepare('insert into box (name) values (?)').run(name).lastInsertRowid);
  }

  /** To be called when a transaction was undone: a box that was entered in it is not there any more. */
  forget(): void {
    this.#ids.clear();
  }

  find(name: string): number | undefined {
    const row = this.#db.prepare('select id from box where name = ?').get(name) as { id: number } | undefined;
    return row?.id;
  }

  present(name: string, online: boolean, version: string | null, now: number): void {
    this.#db
      .prepare('update box set online = ?, since = ?, version = coalesce(?, version) where id = ?')
      .run(online ? 1 : 0, now, version, this.idOf(name));
  }

  /** After a start nobody is connected yet. */
  allOffline(now: number): void {
    this.#db.prepare('update box set online = 0, since = ? where online = 1').run(now);
  }

  reported(name: string, reported: string, at: number): void {
    this.#db
      .prepare('update box set reported = ?, reported_at = ? where id = ?')
      .run(reported, at, this.idOf(name));
  }

  health(reports: ReadonlyMap<string, string>): void {
    const update = this.#db.prepare('update box set health = ? where id = ?');
    this.#db.transaction(() => {
      for (const [name, report] of reports) update.run(report, this.idOf(name));
    })();
  }
}

type RawRow = Omit<BoxRow, 'online'> & { online: number };
