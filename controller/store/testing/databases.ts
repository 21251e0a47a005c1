/** For tests: the databases that headquarters runs on, each opened empty. */
import type { Database } from '../database.ts';
import { openSqlite } from '../open.ts';

export interface TestDatabase {
  readonly name: string;
  readonly open: () => Promise<Database>;
}

export const databases: readonly TestDatabase[] = [
  { name: 'SQLite', open: () => Promise.resolve(openSqlite(':memory:')) },
];
