/** The box's database, step by step. A released step is never edited. */
import type { Migration } from '@branchline/runtime/sqlite';

export const migrations: readonly Migration[] = [
  {
    name: 'ledger, outbox, calls in progress, history',
    sql: `
      create table about (key text primary key, value text not null) without rowid;
      create table events (
        seq integer primary key,
        at integer not null,
        call text,
        type text not null,
        body text not null
      );
      create table outbox (seq integer primary key);
      create table open_calls (id text primary key, first_seq integer not null, state text not null) without rowid;
      create table calls (
        id text primary key,
        started integer not null,
        first_seq integer not null,
        last_seq integer not null,
        summary text not null
      );
      create index calls_started on calls (started);
    `,
  },
  {
    name: 'one number says what headquarters has',
    sql: `
      insert into about (key, value)
        select 'acked', coalesce((select min(seq) - 1 from outbox), (select max(seq) from events), 0);
      drop table outbox;
    `,
  },
  {
    name: 'what the ACD was told',
    sql: `
      create table acd_inputs (id integer primary key, at integer not null, begins integer not null, body text not null);
      create index acd_inputs_begins on acd_inputs (at) where begins = 1;
    `,
  },
  {
    name: 'digests of blocks of the ledger',
    sql: 'create table block_digests (block integer primary key, sha256 text not null);',
  },
];
