/** new-password [NAME]: puts a new password in place of a lost one, prints it once, and ends every session of that person. */
import { systemClock } from '@branchline/runtime/clock';
import { openAccessStore } from '@branchline/runtime/web/access-store';
import { readSettings } from '../settings.ts';
import { storePaths } from '../store/open.ts';
import { FIRST_OWNER, People } from './people.ts';

const [command, name = FIRST_OWNER] = process.argv.slice(2);
if (command === 'new-password') {
  const db = openAccessStore(storePaths(readSettings().dataDir).access);
  try {
    const people = new People(db, systemClock);
    const first = await people.first();
    console.log(first !== undefined && name === FIRST_OWNER ? first : await people.replacePassword(name));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
  db.close();
} else {
  console.error('usage: node controller/access/main.ts new-password [NAME]');
  process.exitCode = 1;
}
