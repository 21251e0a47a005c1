/** For tests: the databases that headquarters runs on, each opened empty. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { Database } from '../database.ts';
import { migrations } from '../migrations.ts';
import { openSqlite } from '../open.ts';
import { PostgresDatabase } from '../postgres-database.ts';
import { migratePostgres } from '../postgres-schema.ts';
import { urlOf } from './one-server.ts';

export interface TestDatabase {
  readonly name: string;
  /** Whatever was opened before is empty from now on: one at a time in a file of tests. */
  readonly open: () => Promise<Database>;
  /** How many runs of a property are worth their time. */
  readonly runs: number;
}

export const databases: readonly TestDatabase[] = [
  { name: 'SQLite', open: () => Promise.resolve(openSqlite(':memory:')), runs: 60 },
  { name: 'PostgreSQL', open: openPostgres, runs: 12 },
];

/** One database for a worker, emptied rather than made anew. */
let mine: string | undefined;

async function openPostgres(): Promise<Database> {
  if (mine === undefined) {
    mine = await freshPostgres();
    const database = new PostgresDatabase({ connectionString: mine });
    await migratePostgres(database, migrations);
    return database;
  }
  const database = new PostgresDatabase({ connectionString: mine });
  const tables = await database.all<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'schema_form'",
  );
  await database.script(`truncate ${tables.map(({ name }) => name).join(', ')} restart identity cascade`);
  return database;
}

/** The URL of a database with nothing in it. */
export async function freshPostgres(): Promise<string> {
  const name = `t${randomBytes(6).toString('hex')}`;
  const server = inject('postgres');
  const postgres = new PostgresDatabase({ connectionString: await urlOf(server, 'postgres') });
  await postgres.script(`create database ${name}`);
  await postgres.close();
  return urlOf(server, name);
}
