/** new-password [NAME]: puts a new password in place of a lost one, prints it once, and ends every session of that person. */
import { inBackground } from '@branchline/runtime/background';
import { systemClock } from '@branchline/runtime/clock';
import { rootLog } from '@branchline/runtime/log';
import { readSettings } from '../settings.ts';
import { openDatabaseOf } from '../store/open.ts';
import { makeKeeping } from './keeping.ts';
import { FIRST_OWNER } from './people.ts';

async function newPassword(name: string): Promise<string> {
  const settings = readSettings();
  const log = rootLog({ name: 'access', level: 'error' });
  const shares = settings.databaseUrl === undefined ? undefined : await openDatabaseOf(settings, log);
  const keeping = makeKeeping({
    ...{ settings, shares, clock: systemClock, log, background: inBackground(log), cookie: 'none' },
  });
  try {
    const first = await keeping.start();
    return first !== undefined && name === FIRST_OWNER ? first : await keeping.people.replacePassword(name);
  } finally {
    await keeping.stop();
    await shares?.close();
  }
}

const [command, name = FIRST_OWNER] = process.argv.slice(2);
if (command === 'new-password') {
  try {
    console.log(await newPassword(name));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
} else {
  console.error('usage: node controller/access/main.ts new-password [NAME]');
  process.exitCode = 1;
}
