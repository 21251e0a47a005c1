/**
 * What headquarters asks of its database, whichever it is. SQL is written once, plainly enough for both; where the two have
 * different words for one thing, `words` has them. Values are given by position as `?`.
 */
export type Value = string | number | null;

/** Of a column that rows are written to in one go. */
export type ColumnType = 'bigint' | 'text' | 'double precision';

export interface Rows {
  readonly table: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** In the order of the columns. */
  readonly rows: readonly (readonly Value[])[];
}

/** Pieces of SQL that the databases put differently. */
export interface Words {
  /** What stands under a key of an object that a column holds as JSON, as text. */
  readonly jsonText: (column: string, key: string) => string;
  /** A source of rows `value`, one for each item of the JSON list in a column or a `?`; to be cast, as its type is not told. */
  readonly items: (list: string) => string;
  /** Whether one text is within another, as a condition. */
  readonly within: (text: string, part: string) => string;
  /** Ends a select so that the rows are nobody else's until the transaction is over. */
  readonly forUpdate: string;
  /** Ms since 1970 by the database's own clock, as it is when it is asked. */
  readonly nowMs: string;
}

/** Hears what other processes at the same database tell. */
export interface Ear {
  readonly heard: (text: string) => void;
  /** From now on all is heard; before, something may have been missed. */
  readonly anew: () => void;
}

export interface Database {
  readonly words: Words;
  all<R extends object>(sql: string, ...values: readonly Value[]): Promise<R[]>;
  /** The first row. */
  one<R extends object>(sql: string, ...values: readonly Value[]): Promise<R | undefined>;
  /** How many rows it changed. */
  run(sql: string, ...values: readonly Value[]): Promise<number>;
  /** Many at once. `ending` is what follows the values. */
  insert(into: Rows, ending?: string): Promise<void>;
  /** Many at once: the first column says which row, the others what it holds from now on. */
  update(of: Rows): Promise<void>;
  /**
   * All of what `work` writes or none of it. What is asked of the database within `work`, by whomever, belongs to it; so
   * `work` waits for all that it begins. Within another such work it is a part of that one.
   */
  together<T>(work: () => Promise<T>): Promise<T>;
  /** Done when what is being written together is on disk, and not at all when it is undone; outside of it, at once. */
  afterwards(effect: () => void): void;
  /** To all who hear, once what is being written together is on disk; at most 7,000 signs. Nobody hears where one process has the database. */
  tell(text: string): Promise<void>;
  /** @returns what ends it */
  hear(ear: Ear): () => Promise<void>;
  /** Whether it answered when it was asked last. */
  readonly answers: boolean;
  close(): Promise<void>;
}
