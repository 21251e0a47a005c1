/** Which controllers are at this database, by its own clock. */
import type { Database } from './database.ts';

export interface KeptController {
  readonly name: string;
  readonly version: string;
  /** Ms since 1970. */
  readonly started: number;
  readonly seen: number;
  /** How long ago that is, ms. */
  readonly ago: number;
  readonly leads_since: number | null;
}

/** One that has not been heard of for so long is forgotten. */
const FORGOTTEN_MS = 7 * 24 * 3_600_000;

export class Controllers {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** It is there, since `ranMs` ago. */
  async there(name: string, version: string, ranMs: number): Promise<void> {
    const { nowMs } = this.#db.words;
    await this.#db.run(
      `insert into controller (name, version, started, seen) values (?, ?, ${nowMs} - cast(? as bigint), ${nowMs})
       on conflict (name) do update set version = excluded.version, started = excluded.started, seen = excluded.seen`,
      ...[name, version, Math.round(ranMs)],
    );
    await this.#db.run(`delete from controller where seen < ${nowMs} - ${FORGOTTEN_MS}`);
  }

  async went(name: string): Promise<void> {
    await this.#db.run('delete from controller where name = ?', name);
  }

  all(): Promise<KeptController[]> {
    const { nowMs } = this.#db.words;
    return this.#db.all<KeptController>(
      `select controller.name, version, started, seen, ${nowMs} - seen as ago, leadership.since as leads_since
       from controller left join leadership on leadership.holder = controller.name and leadership.until > ${nowMs}
       order by controller.name`,
    );
  }
}
