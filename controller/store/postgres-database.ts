/** PostgreSQL 13 or newer. What it does not answer in time is given up, with the connection: what became of it is then not known. */
import { Pool, types, type PoolClient, type QueryResult } from 'pg';
import type { Database, Ear, Rows, Value, Words } from './database.ts';
import { isStoreFault, StoreAway } from './faults.ts';
import { CHANNEL, hearPostgres } from './postgres-ear.ts';
import { Together, type Transaction } from './together.ts';

/**
 * PostgreSQL's texts have no NUL and no half of a surrogate pair, and it refuses to read either out of JSON, where JSON.stringify has
 * them as escapes. What is stored as JSON keeps them; what is read out of it, and what stands in a column of its own, has U+FFFD there.
 */
const readable = (json: string): string =>
  `regexp_replace(${json}, '\\\\u(0000|d[89a-f][0-9a-f]{2})', '\\ufffd', 'g')::json`;
const asText = (value: Value): Value =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;

const words: Words = {
  jsonText: (column, key) => `(${readable(column)} ->> '${key}')`,
  items: (list) => `json_array_elements_text(${readable(list)}) as items(value)`,
  within: (text, part) => `strpos(${text}, ${part}) > 0`,
  forUpdate: 'for update',
  nowMs: 'cast(extract(epoch from clock_timestamp()) * 1000 as bigint)',
};

/** Numbers of 64 bits: none here is beyond what a double holds exactly. */
types.setTypeParser(types.builtins.INT8, Number);

/** A commit on a slow disk takes tenths of a second; a server that is stopped never answers. */
const ANSWERS_MS = 10_000;
const CONNECTS_MS = 5_000;
const MOST_CONNECTIONS = 8;

interface OnOneConnection extends Transaction {
  readonly client: PoolClient;
}

export interface PostgresOptions {
  readonly connectionString: string | undefined;
  readonly password?: string | undefined;
  /** Told whenever it answers after it did not, and the other way round. */
  readonly answering?: (answers: boolean, because?: unknown) => void;
  /** Ms after which a silence is one. */
  readonly answersMs?: number;
}

export class PostgresDatabase implements Database {
  readonly words = words;
  readonly #pool: Pool;
  readonly #options: PostgresOptions;
  readonly #together = new Together<OnOneConnection>();
  readonly #statements = new Map<string, { readonly name: string; readonly text: string }>();
  answers = true;

  constructor(options: PostgresOptions) {
    const { connectionString, password, answersMs = ANSWERS_MS } = options;
    this.#options = options;
    this.#pool = new Pool({
      ...{ connectionString, max: MOST_CONNECTIONS, application_name: 'branchline-hq' },
      ...{ connectionTimeoutMillis: Math.min(CONNECTS_MS, answersMs), query_timeout: answersMs },
      ...{ keepAlive: true, idleTimeoutMillis: 60_000 },
      ...(password !== undefined && { password }),
    });
    this.#pool.on('error', (error) => this.#answered(false, error));
    // A line that breaks while it is in use says so to whoever asked over it.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async all<R extends object>(sql: string, ...values: readonly Value[]): Promise<R[]> {
    return (await this.#ask(sql, values.map(asText))).rows as R[];
  }

  async one<R extends object>(sql: string, ...values: readonly Value[]): Promise<R | undefined> {
    return (await this.all<R>(sql, ...values))[0];
  }

  async run(sql: string, ...values: readonly Value[]): Promise<number> {
    return (await this.#ask(sql, values.map(asText))).rowCount ?? 0;
  }

  async insert({ table, columns, rows }: Rows, ending = ''): Promise<void> {
    if (rows.length === 0) return;
    const names = Object.keys(columns).join(', ');
    await this.#ask(
      `insert into ${table} (${names}) select ${names} from ${asRows(columns)} ${ending}`,
      byColumn(columns, rows),
    );
  }

  async update({ table, columns, rows }: Rows): Promise<void> {
    if (rows.length === 0) return;
    const [key = '', ...others] = Object.keys(columns);
    const sets = others.map((name) => `${name} = given.${name}`).join(', ');
    await this.#ask(
      `update ${table} set ${sets} from ${asRows(columns)} where ${table}.${key} = given.${key}`,
      byColumn(columns, rows),
    );
  }

  async together<T>(work: () => Promise<T>): Promise<T> {
    if (this.#together.now()) return work();
    const client = await this.#connected();
    const transaction: OnOneConnection = { open: true, afterwards: [], client };
    try {
      await this.#on(client, { text: 'begin' });
      const result = await this.#together.run(transaction, work);
      await this.#on(client, { text: 'commit' });
      transaction.open = false;
      client.release();
      for (const effect of transaction.afterwards) effect();
      return result;
    } catch (error) {
      if (!transaction.open) throw error;
      transaction.open = false;
      await this.#undo(client, error);
      throw error;
    }
  }

  afterwards(effect: () => void): void {
    this.#together.afterwards(effect);
  }

  async tell(text: string): Promise<void> {
    await this.one('select pg_notify(?, ?)', CHANNEL, text);
  }

  hear(ear: Ear): () => Promise<void> {
    const { connectionString, password, answersMs = ANSWERS_MS } = this.#options;
    return hearPostgres({ connectionString, ...(password !== undefined && { password }) }, answersMs, ear);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  /** Several statements without values, as a step of the schema is. */
  async script(sql: string): Promise<void> {
    await this.#ask(sql, undefined);
  }

  async #undo(client: PoolClient, error: unknown): Promise<void> {
    try {
      if (isStoreFault(error)) throw error;
      await this.#on(client, { text: 'rollback' });
      client.release();
    } catch {
      client.release(true);
    }
  }

  async #ask(
    sql: string,
    values: readonly Value[] | readonly (readonly Value[])[] | undefined,
  ): Promise<QueryResult> {
    const statement = values ? { ...this.#statement(sql), values: [...values] } : { text: sql };
    const transaction = this.#together.now();
    if (transaction) return this.#on(transaction.client, statement);
    const client = await this.#connected();
    try {
      const answer = await this.#on(client, statement);
      client.release();
      return answer;
    } catch (error) {
      client.release(isStoreFault(error));
      throw error;
    }
  }

  async #connected(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      this.#answered(false, error);
      throw new StoreAway(error);
    }
  }

  async #on(client: PoolClient, statement: { text: string; values?: unknown[] }): Promise<QueryResult> {
    try {
      const answer = await client.query(statement);
      this.#answered(true);
      return answer;
    } catch (error) {
      // What the server says has a code of its own; all else is the line's, or a silence.
      const isServers = error instanceof Error && 'severity' in error;
      if (isServers && !isStoreFault(error)) throw error;
      this.#answered(false, error);
      throw isServers ? error : new StoreAway(error);
    }
  }

  #answered(answers: boolean, because?: unknown): void {
    if (answers === this.answers) return;
    this.answers = answers;
    this.#options.answering?.(answers, because);
  }

  /** Named, so that the server plans it once a connection. */
  #statement(sql: string): { readonly name: string; readonly text: string } {
    const known = this.#statements.get(sql);
    if (known) return known;
    let place = 0;
    const statement = { name: `s${this.#statements.size}`, text: sql.replace(/\?/g, () => `$${++place}`) };
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** The values as a table `given`: an array for each column. */
function asRows(columns: Rows['columns']): string {
  const lists = Object.values(columns).map((type) => `?::${type}[]`);
  return `unnest(${lists.join(', ')}) as given(${Object.keys(columns).join(', ')})`;
}

const byColumn = (columns: Rows['columns'], rows: Rows['rows']): Value[][] =>
  Object.keys(columns).map((_, index) => rows.map((row) => asText(row[index] ?? null)));
