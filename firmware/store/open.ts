/** Opens the ledger's database, brought up to date; or as it is, for somebody who only looks. */
import { openDatabase, openToRead, type Db } from '@branchline/runtime/sqlite';
import { migrations } from './migrations.ts';

export const openLedgerDatabase = (path: string): Db => openDatabase(path, migrations);
export const openLedgerToRead = (path: string): Db => openToRead(path, migrations);
