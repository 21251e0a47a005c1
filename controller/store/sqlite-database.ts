/** One SQLite file, or ':memory:'. It answers at once; a transaction has it to itself until it is over, and all others wait. */
import { isDiskFault, type Db } from '@branchline/runtime/sqlite';
import type { Database, Rows, Value, Words } from './database.ts';
import { Together, type Transaction } from './together.ts';

const words: Words = {
  jsonText: (column, key) => `json_extract(${column}, '$.${key}')`,
  items: (list) => `json_each(${list})`,
  within: (text, part) => `instr(${text}, ${part}) > 0`,
  // A transaction has the whole file.
  forUpdate: '',
  nowMs: "cast(unixepoch('subsec') * 1000 as integer)",
};

type Statement = ReturnType<typeof prepare>;
const prepare = (db: Db, sql: string) => db.prepare<Value[]>(sql);

interface Exclusive extends Transaction {
  readonly over: Promise<void>;
}

export class SqliteDatabase implements Database {
  readonly words = words;
  readonly #db: Db;
  readonly #together = new Together<Exclusive>();
  readonly #statements = new Map<string, Statement>();
  #current: Exclusive | undefined;
  answers = true;

  constructor(db: Db) {
    this.#db = db;
  }

  async all<R extends object>(sql: string, ...values: readonly Value[]): Promise<R[]> {
    await this.#turn();
    return this.#ask(() => this.#prepared(sql).all(...values) as R[]);
  }

  async one<R extends object>(sql: string, ...values: readonly Value[]): Promise<R | undefined> {
    await this.#turn();
    return this.#ask(() => this.#prepared(sql).get(...values) as R | undefined);
  }

  async run(sql: string, ...values: readonly Value[]): Promise<number> {
    await this.#turn();
    return this.#ask(() => this.#prepared(sql).run(...values).changes);
  }

  insert({ table, columns, rows }: Rows, ending = ''): Promise<void> {
    const names = Object.keys(columns);
    const places = names.map(() => '?').join(', ');
    return this.#each(`insert into ${table} (${names.join(', ')}) values (${places}) ${ending}`, rows);
  }

  update({ table, columns, rows }: Rows): Promise<void> {
    const [key = '', ...others] = Object.keys(columns);
    const sql = `update ${table} set ${others.map((name) => `${name} = ?`).join(', ')} where ${key} = ?`;
    return this.#each(
      sql,
      rows.map(([which = null, ...values]) => [...values, which]),
    );
  }

  async together<T>(work: () => Promise<T>): Promise<T> {
    if (this.#together.now()) return work();
    while (this.#current) await this.#current.over;
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const transaction: Exclusive = { open: true, afterwards: [], over };
    this.#current = transaction;
    try {
      this.#ask(() => this.#db.exec('begin immediate'));
      const result = await this.#together.run(transaction, work);
      this.#ask(() => this.#db.exec('commit'));
      transaction.open = false;
      for (const effect of transaction.afterwards) effect();
      return result;
    } finally {
      transaction.open = false;
      // A commit that failed leaves it open, unless the fault has ended it already.
      if (this.#db.inTransaction) this.#db.exec('rollback');
      this.#current = undefined;
      end();
    }
  }

  afterwards(effect: () => void): void {
    this.#together.afterwards(effect);
  }

  tell(): Promise<void> {
    return Promise.resolve();
  }

  hear(): () => Promise<void> {
    return () => Promise.resolve();
  }

  async close(): Promise<void> {
    while (this.#current) await this.#current.over;
    this.#statements.clear();
    this.#db.close();
  }

  async #each(sql: string, rows: Rows['rows']): Promise<void> {
    if (!this.#together.now() && rows.length > 1) return this.together(() => this.#each(sql, rows));
    await this.#turn();
    this.#ask(() => {
      const statement = this.#prepared(sql);
      for (const row of rows) statement.run(...row);
    });
  }

  /** Until no transaction of others has the file. */
  async #turn(): Promise<void> {
    if (this.#together.now()) return;
    while (this.#current) await this.#current.over;
  }

  #ask<R>(question: () => R): R {
    try {
      const answer = question();
      this.answers = true;
      return answer;
    } catch (error) {
      if (isDiskFault(error) || !this.#db.open) this.answers = false;
      throw error;
    }
  }

  #prepared(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = prepare(this.#db, sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
