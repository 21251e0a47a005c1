/** The box service: settings, document, and the parts in the order in which they start. What each is made of stands in the files beside. */
import { faultText, type Fault } from '@branchline/contracts/branch/faults';
import type { Branch } from '@branchline/contracts/branch/model';
import type { ClaimStatus } from '@branchline/contracts/http/claim';
import { systemClock } from '@branchline/runtime/clock';
import { runService } from '@branchline/runtime/lifecycle';
import { LogTail, rootLog } from '@branchline/runtime/log';
import { steadyClock } from '@branchline/runtime/steady-clock';
import type { Around } from './around.ts';
import { NoDocument } from './branch/document.ts';
import { Documents } from './branch/documents.ts';
import { readyDataDir } from './data-dir.ts';
import type { Console } from './console/console.ts';
import { LiveBoard } from './console/live-board.ts';
import { modelFaults } from './devices/gateways/catalogue.ts';
import { makeContacts } from './contact-lines.ts';
import { makeEnroller, unclaimed } from './claiming.ts';
import { makeVisit } from './visiting.ts';
import { writeEngineSite } from './engine-site.ts';
import { gatewayModels } from './gateways.ts';
import { Progress } from './health/progress.ts';
import type { HealthMonitor } from './health/monitor.ts';
import { enterDocument, makeKeeping, type Keeping } from './keeping.ts';
import { continuityOf } from './leasing.ts';
import { makeObeying, type Obeying } from './obeying.ts';
import { makeMonitor, makePage, makeUplink } from './outward.ts';
import { makeNetwork, makeTimeServers } from './networking.ts';
import { makeQueueAlarms } from './queue-alarms.ts';
import { makePower } from './power-supply.ts';
import { caretakerPart, countStart, tellSafeMode } from './safe-modes.ts';
import { checkPart, makeSelfCheck } from './self-checks.ts';
import { readSettings } from './settings.ts';
import { makeTelephony } from './telephony.ts';

const settings = readSettings();
const logTail = new LogTail();
const log = rootLog({ name: 'box', level: settings.logLevel, tail: logTail });
await start().catch((error: unknown) => {
  log.fatal({ err: error }, 'the box service cannot start');
  if (error instanceof NoDocument) for (const fault of error.faults) log.fatal(faultText(fault, 'en'));
  process.exit(1);
});

async function start(): Promise<void> {
  readyDataDir(settings.dataDir);
  const waiting = unclaimed(settings, log);
  if (waiting) return (await import('./unclaimed.ts')).untilClaimed(waiting, settings, log);
  const clock = steadyClock(systemClock);
  const starts = countStart(settings, systemClock, log);
  const models = gatewayModels(settings);
  const also = (branch: Branch): readonly Fault[] => modelFaults(branch, models);
  const documents = new Documents({ path: settings.document, dataDir: settings.dataDir, also }, clock);
  if (writeEngineSite(settings, documents.branch))
    log.info('the engine takes its new files when it is started next');

  const { id, name, timezone } = documents.branch.site;
  const board = new LiveBoard(clock, { id, name, timezone });
  const late: { monitor?: HealthMonitor; obeying?: Obeying } = {};
  const changed = (): void => {
    late.monitor?.changed();
    late.obeying?.leasing.look();
  };
  const around: Around = { settings, log, clock, wall: systemClock, documents, board, changed };

  const keeping = makeKeeping(around);
  const telephony = makeTelephony(around, keeping, starts.safe !== undefined);
  const power = makePower(around, keeping, {
    refuseNew: (on) => telephony.calls.happen({ type: 'refuse-new', on }),
    background: (may) => {
      telephony.background(may);
      late.obeying?.releases.background(may);
    },
    turnContact: (contact, to) => contacts.turnLoad(contact, to),
  });
  telephony.onCalls((count) => power.keeper.calls(count));
  const uplink = makeUplink(around, keeping, () => late.obeying);
  const contacts = makeContacts(around, keeping, {
    announce: telephony.announce,
    facts: () => ({
      engine: telephony.engine.health().state,
      trunks: telephony.trunks.all(),
      ...(uplink ? { connected: uplink.status().connected } : {}),
      power: power.keeper.health()?.state,
    }),
  });
  const selfCheck = makeSelfCheck(around, keeping, telephony, power.keeper);
  const progress = new Progress(systemClock);
  const network = makeNetwork(around, keeping, uplink);
  const timeServers = makeTimeServers(around, keeping);
  const outlook = {
    uplink,
    power: power.keeper,
    contacts,
    network,
    timeServers,
    selfCheck,
    starts,
    progress,
  };
  const monitor = makeMonitor(around, keeping, telephony, outlook);
  late.monitor = monitor;
  const enroller = makeEnroller(settings, log);
  const claim = (): ClaimStatus | null => enroller?.status() ?? null;
  const visit = makeVisit(around, (who) => page.connect(who));
  const page: Console = makePage(around, keeping, telephony, {
    ...{ claim, selfCheck, progress, power: power.keeper, visits: visit },
    continuity: () => continuityOf(around, telephony, uplink, late.obeying?.leasing),
    safeMode: starts,
  });
  enterDocument(around, keeping, 'start');
  followDocument(around, keeping);
  const logLines = (): string => logTail.text();
  const obeying = uplink && makeObeying(around, keeping, telephony, { uplink, visit, logLines });
  if (obeying) late.obeying = obeying;
  const orders = uplink && obeying ? [...obeying.parts, uplink] : [];
  const outward = [...orders, ...(enroller ? [enroller] : [])];

  tellSafeMode(keeping.alarms, starts.safe, documents.branch.site);
  const working = starts.safe
    ? [caretakerPart(around)]
    : [...telephony.parts, makeQueueAlarms(around, keeping), contacts.part, checkPart(around, selfCheck)];
  const seen = [network, timeServers, monitor, page];
  await runService([keeping.part, ...working, power.part, ...outward, ...seen, starts.part], log);
  log.info({ box: id, page: page.url, readyMs: Math.round(performance.now()) }, 'ready');
}

/** A newer document is taken from the page, or from the file when the service is told to read it again (SIGHUP). */
function followDocument(around: Around, keeping: Keeping): void {
  const { documents, board } = around;
  documents.onChange((now) => {
    writeEngineSite(settings, now.branch);
    const { id, name, timezone } = now.branch.site;
    board.setSite({ id, name, timezone });
    enterDocument(around, keeping, 'change');
  });
  process.on('SIGHUP', () => {
    const { ok } = documents.readAgain();
    log.info({ ok, revision: documents.inForce.revision }, 'the document was read again');
  });
}
