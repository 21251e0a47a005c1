/** Opens the ledger's database, brought up to date. */
import { openDatabase, type Db } from '@branchline/runtime/sqlite';
import { migrations } from './migrations.ts';

export const openLedgerDatabase = (path: string): Db => openDatabase(path, migrations);
