/** new-password: puts a new password in place of a lost one, prints it once, and ends every session. */
import { systemClock } from '@branchline/runtime/clock';
import { openAccessStore } from '@branchline/runtime/web/access-store';
import { PasswordBook } from '@branchline/runtime/web/password';
import { readSettings } from '../settings.ts';
import { storePaths } from '../store/open.ts';

if (process.argv[2] === 'new-password') {
  const db = openAccessStore(storePaths(readSettings().dataDir).access);
  console.log(await new PasswordBook(db, systemClock).replace());
  db.close();
} else {
  console.error('usage: node controller/access/main.ts new-password');
  process.exitCode = 1;
}
