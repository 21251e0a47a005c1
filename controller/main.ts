/** The headquarters service: node controller/main.ts. Settings: BRANCHLINE_HQ_*, see settings.ts. */
import { createWriteStream } from 'node:fs';
import { systemClock } from '@branchline/runtime/clock';
import { runService } from '@branchline/runtime/lifecycle';
import { rootLog } from '@branchline/runtime/log';
import { makeHeadquarters } from './app.ts';
import { readSettings } from './settings.ts';
import packageJson from './package.json' with { type: 'json' };

try {
  const settings = readSettings();
  const to =
    settings.logFile === undefined ? {} : { to: createWriteStream(settings.logFile, { flags: 'a' }) };
  const log = rootLog({ name: 'headquarters', level: settings.logLevel, ...to });
  const headquarters = await makeHeadquarters({
    settings,
    clock: systemClock,
    random: Math.random,
    log,
    version: packageJson.version,
    firstPassword: (password) =>
      process.stdout.write(`\n  The password of headquarters, shown this once: ${password}\n\n`),
  });
  await runService(headquarters.parts, log);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
