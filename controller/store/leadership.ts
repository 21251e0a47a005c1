/** Who of the controllers on one database leads: one row. Time is the database's own, so that no controller's clock matters. */
import type { Database } from './database.ts';

export interface Leader {
  /** The name of a controller, which it keeps over its restarts. */
  readonly holder: string;
  /** Grows with each one that begins to lead. */
  readonly term: number;
  /** When it began to, ms since 1970 of the database's clock. */
  readonly since: number;
}

export class Leadership {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Begins to lead where nobody does, or goes on leading. `term` is the one this process leads in, 0 of one that does not: it may take
   * over at once what an earlier life of its own had.
   * @returns who leads now, for `forMs` at least if it is the asker
   */
  async take(holder: string, term: number, forMs: number): Promise<Leader | undefined> {
    const { nowMs } = this.#db.words;
    const goesOn = 'leadership.holder = excluded.holder and leadership.term = cast(? as bigint)';
    const taken = await this.#db.one<Leader>(
      `insert into leadership (id, holder, term, since, until)
       values (1, ?, 1, ${nowMs}, ${nowMs} + cast(? as bigint))
       on conflict (id) do update set
         holder = excluded.holder,
         term = leadership.term + case when ${goesOn} then 0 else 1 end,
         since = case when ${goesOn} then leadership.since else excluded.since end,
         until = excluded.until
       where ${goesOn} or leadership.until <= ${nowMs}
         or (leadership.holder = excluded.holder and cast(? as bigint) = 0)
       returning holder, term, since`,
      ...[holder, forMs, term, term, term, term],
    );
    return taken ?? this.leader();
  }

  /** Whether it leads in this term; nobody else begins to before the transaction that asks is over. */
  async leads(holder: string, term: number): Promise<boolean> {
    const row = await this.#db.one(
      `select id from leadership where holder = ? and term = ? ${this.#db.words.forUpdate}`,
      ...[holder, term],
    );
    return row !== undefined;
  }

  /** The same at the moment of the question, which holds nobody up. */
  async stillLeads(holder: string, term: number): Promise<boolean> {
    const row = await this.#db.one('select id from leadership where holder = ? and term = ?', holder, term);
    return row !== undefined;
  }

  /** Another may begin at once. */
  async giveUp(holder: string, term: number): Promise<void> {
    await this.#db.run('update leadership set until = 0 where holder = ? and term = ?', holder, term);
  }

  leader(): Promise<Leader | undefined> {
    return this.#db.one<Leader>('select holder, term, since from leadership');
  }
}
