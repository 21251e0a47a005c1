/** The host of stand-ins in the cloud. */
import { systemClock } from '@branchline/runtime/clock';
import { VERSION } from '@branchline/firmware/version';
import { runService } from '@branchline/runtime/lifecycle';
import { rootLog } from '@branchline/runtime/log';
import { Host } from './host.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const log = rootLog({ name: 'stand-in', level: settings.logLevel });
try {
  const host = new Host({ clock: systemClock, log, settings, version: VERSION });
  await runService(host.parts, log);
  log.info({ host: settings.name, most: settings.most }, 'ready');
} catch (error) {
  log.fatal({ err: error }, 'the host of stand-ins cannot start');
  process.exit(1);
}
