/**
 * Before the first start: checks settings and document, makes the phones' passwords, the page's password, the engine's start
 * file and the box's identity. Safe to repeat. Its last line is JSON, for a script: the password stands in it when it was just made.
 */
import { join } from 'node:path';
import { faultText } from '@branchline/contracts/branch/faults';
import { systemClock } from '@branchline/runtime/clock';
import { openAccessStore } from '@branchline/runtime/web/access-store';
import { PasswordBook } from '@branchline/runtime/web/password';
import { documentInForce, NoDocument } from './branch/document.ts';
import { writeEngineSite } from './engine-site.ts';
import { readSettings } from './settings.ts';
import { readIdentity } from './uplink/identity.ts';

try {
  const settings = readSettings();
  const { dataDir, tenant } = settings;
  const document = documentInForce(settings.document, dataDir);
  const box = document.branch.site.id;
  for (const warning of document.warnings) console.warn(`warning: ${faultText(warning, 'en')}`);
  writeEngineSite(settings, document.branch);
  await readIdentity({ identityDir: join(dataDir, 'identity'), tenant, box });
  const access = openAccessStore(join(dataDir, 'access.sqlite'));
  const password = await new PasswordBook(access, systemClock).first();
  access.close();
  console.log(
    JSON.stringify({ box, revision: document.revision, ...(password === undefined ? {} : { password }) }),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof NoDocument)
    for (const fault of error.faults) console.error(`  ${faultText(fault, 'en')}`);
  process.exitCode = 1;
}
