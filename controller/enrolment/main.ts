/** enrol --csr FILE --box NAME --out DIR: signs a box's request and writes box.crt and ca.crt into DIR. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@branchline/runtime/atomic-file';
import { systemClock } from '@branchline/runtime/clock';
import { rootLog } from '@branchline/runtime/log';
import { readSettings } from '../settings.ts';
import { Boxes } from '../store/boxes.ts';
import { Identities } from '../store/identities.ts';
import { openDatabaseOf, storePaths } from '../store/open.ts';
import { openAuthority } from './authority.ts';
import { enrol } from './enrol.ts';

const USAGE = 'usage: node controller/enrolment/main.ts enrol --csr FILE --box NAME --out DIR';

async function main(): Promise<void> {
  const { csr, box, out } = readArguments();
  const log = rootLog({ name: 'enrol', level: 'error' });
  const settings = readSettings();
  const paths = storePaths(settings.dataDir);
  const authority = await openAuthority(paths.identity, settings.tenant, systemClock);
  const enrolled = await enrol(authority, { tenant: settings.tenant, box, csr: readFileSync(csr, 'utf8') });
  const db = await openDatabaseOf(settings, log);
  try {
    await new Identities(db, new Boxes(db)).given(box, {
      ...enrolled,
      how: 'by-hand',
      by: 'command',
      hardware: null,
      issuedAt: systemClock.now(),
    });
  } finally {
    await db.close();
  }
  mkdirSync(out, { recursive: true });
  writeFileAtomic(join(out, 'box.crt'), enrolled.cert);
  writeFileAtomic(join(out, 'ca.crt'), authority.cert);
  console.log(`enrolled ${box}: ${join(out, 'box.crt')}, ${join(out, 'ca.crt')}`);
}

function readArguments(): { csr: string; box: string; out: string } {
  const options = { csr: { type: 'string' }, box: { type: 'string' }, out: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const { csr, box, out } = values;
  if (positionals[0] !== 'enrol' || csr === undefined || box === undefined || out === undefined)
    throw new Error(USAGE);
  return { csr, box, out };
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
