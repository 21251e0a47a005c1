/** The box service: settings, document, and the parts in the order in which they start. What each is made of stands in the files beside. */
import { mkdirSync } from 'node:fs';
import { faultText } from '@branchline/contracts/branch/faults';
import { systemClock } from '@branchline/runtime/clock';
import { runService } from '@branchline/runtime/lifecycle';
import { rootLog } from '@branchline/runtime/log';
import { steadyClock } from '@branchline/runtime/steady-clock';
import type { Around } from './around.ts';
import { documentInForce, NoDocument, rememberGood } from './branch/document.ts';
import { LiveBoard } from './console/live-board.ts';
import { writeEngineSite } from './engine-site.ts';
import type { HealthMonitor } from './health/monitor.ts';
import { enterDocument, makeKeeping } from './keeping.ts';
import { makeMonitor, makePage, makeUplink } from './outward.ts';
import { readSettings } from './settings.ts';
import { makeTelephony } from './telephony.ts';

const settings = readSettings();
const log = rootLog({ name: 'box', level: settings.logLevel });
await start().catch((error: unknown) => {
  log.fatal({ err: error }, 'the box service cannot start');
  if (error instanceof NoDocument) for (const fault of error.faults) log.fatal(faultText(fault, 'en'));
  process.exit(1);
});

async function start(): Promise<void> {
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o750 });
  const document = documentInForce(settings.document, settings.dataDir);
  rememberGood(document, settings.dataDir, systemClock.now());
  if (writeEngineSite(settings, document.branch))
    log.info('the engine takes its new files when it is started next');

  const clock = steadyClock(systemClock);
  const { id, name, timezone } = document.branch.site;
  const board = new LiveBoard(clock, { id, name, timezone });
  const late: { monitor?: HealthMonitor } = {};
  const changed = (): void => late.monitor?.changed();
  const around: Around = { settings, log, clock, wall: systemClock, document, board, changed };

  const keeping = makeKeeping(around);
  const telephony = makeTelephony(around, keeping);
  const uplink = makeUplink(around, keeping);
  const monitor = makeMonitor(around, keeping, telephony, uplink);
  late.monitor = monitor;
  const page = makePage(around, keeping, telephony);
  enterDocument(around, keeping);

  await runService([keeping.part, ...telephony.parts, ...(uplink ? [uplink] : []), monitor, page], log);
  log.info({ box: id, page: page.url, readyMs: Math.round(performance.now()) }, 'ready');
}
