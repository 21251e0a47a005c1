/** The box towards people and headquarters: its page, its health, its uplink. */
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import { peopleOfDocument } from '@branchline/contracts/branch/people';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { alarmsOnPage, shownWindows } from './tending.ts';
import type { Fault } from '@branchline/contracts/branch/faults';
import type { Checked } from './branch/document.ts';
import { headquartersOf } from './claiming.ts';
import { stoppedExtensions } from './calls/brake-view.ts';
import { waitingCallback, waitingCallbacks } from './calls/callback-view.ts';
import type { ClockKeeper } from './clock/keeper.ts';
import { Console } from './console/console.ts';
import type { ConsoleNeeds } from './console/needs.ts';
import { figureRules, startOfDay } from './calls/show.ts';
import { readFigures } from './store/figures.ts';
import { listeningPorts } from './console/ports.ts';
import { reportPorts } from './gateways.ts';
import { enginePid } from './engine/instance/watch.ts';
import type { DiskDays } from './health/disk-forecast.ts';
import { DiskWatch } from './health/disk-watch.ts';
import { hardwareOf } from './health/hardware.ts';
import { tellMachineAlarms } from './health/machine-alarms.ts';
import { Host } from './health/host.ts';
import { letLeftoversGo } from './health/leftovers.ts';
import { HealthMonitor } from './health/monitor.ts';
import type { Progress } from './health/progress.ts';
import type { Keeping } from './keeping.ts';
import type { Obeying } from './obeying.ts';
import type { NetworkKeeper } from './network/keeper.ts';
import type { ContactLines } from './contact-lines.ts';
import type { PowerKeeper } from './power/keeper.ts';
import type { Telephony } from './telephony.ts';
import { shownSafeMode, type StartBook } from './safe-modes.ts';
import type { SelfCheck } from './self-check/self-check.ts';
import { Uplink } from './uplink/uplink.ts';
import { VERSION } from './version.ts';

/** Headquarters notices a silent line after one and a half of these, s; the sooner where somebody else is to answer then. */
const KEEPALIVE_S = { usual: 30, relieved: 10 } as const;

/** Undefined for a box that works alone. */
export function makeUplink(
  around: Around,
  { ledger, alarms }: Keeping,
  obeying: () => Obeying | undefined,
): Uplink | undefined {
  const { settings, log, wall, documents, changed } = around;
  const { dataDir } = settings;
  const place = headquartersOf(settings);
  if (place === undefined) return undefined;
  const { vendor, product } = hardwareOf(undefined);
  const isRelieved = (): boolean => settings.role === 'stand-in' || documents.branch.continuity !== undefined;
  const uplink = new Uplink({
    settings: {
      ...place,
      box: documents.branch.site.id,
      identityDir: join(dataDir, 'identity'),
    },
    clock: wall,
    random: Math.random,
    log: roomLog(log, 'uplink'),
    version: VERSION,
    ledger,
    alarms,
    reported: () => {
      const { revision, raw, warnings } = documents.inForce;
      const report = { version: VERSION, revision, document: raw, warnings: warnings.length };
      return {
        ...report,
        architecture: process.arch,
        ...(product === '' ? {} : { hardware: { vendor, product } }),
        ...obeying()?.desired.report(),
      };
    },
    documents: {
      desired: (wanted) => obeying()?.desired.desired(wanted),
      heard: (revision) => obeying()?.desired.heard(revision),
    },
    commands: {
      asked: (command) => obeying()?.commands.taker.asked(command),
      acked: (word) => obeying()?.commands.taker.acked(word),
      connected: () => obeying()?.commands.taker.connected(),
    },
    continuity: {
      lease: (told) => obeying()?.leasing.taker.lease(told),
      leaseRenewed: (answer) => obeying()?.leasing.taker.leaseRenewed(answer),
      handedOver: (handed) => obeying()?.leasing.taker.handedOver(handed),
      branchCall: (call) => obeying()?.leasing.taker.branchCall(call),
      standInKey: (key) => obeying()?.leasing.taker.standInKey(key),
      standInHistory: (told) => obeying()?.leasing.taker.standInHistory(told),
      soundWanted: (asked) => obeying()?.leasing.taker.soundWanted(asked),
      sound: (piece) => obeying()?.leasing.taker.sound(piece),
      connected: () => obeying()?.leasing.taker.connected(),
    },
    onStatus: changed,
    keepaliveS: () => (isRelieved() ? KEEPALIVE_S.relieved : KEEPALIVE_S.usual),
  });
  let relieved = isRelieved();
  documents.onChange(() => {
    uplink.documentChanged();
    // Nobody waits for a line to be opened more slowly.
    if (isRelieved() && !relieved) uplink.reconnect('somebody stands in for the branch from now on');
    relieved = isRelieved();
  });
  return uplink;
}

interface Outlook {
  readonly uplink: Uplink | undefined;
  readonly power: PowerKeeper;
  readonly contacts: ContactLines;
  readonly network: NetworkKeeper;
  readonly timeServers: ClockKeeper;
  readonly selfCheck: SelfCheck;
  readonly starts: StartBook;
  readonly progress: Progress;
}

export function makeMonitor(
  around: Around,
  keeping: Keeping,
  telephony: Telephony,
  { uplink, power, contacts, network, timeServers, selfCheck, starts, progress }: Outlook,
): HealthMonitor {
  const { settings, log, wall, board } = around;
  const { ledger, journal, alarms, maintenance, refused, holdReserve } = keeping;
  const { calls, lines, trunks, engine } = telephony;
  const room = roomLog(log, 'health');
  const host = new Host({
    log: room,
    folders: [{ path: settings.dataDir, ledger: true }],
    enginePid: () => enginePid(join(settings.engineDir, 'run')) ?? null,
  });
  return new HealthMonitor({
    clock: wall,
    log: room,
    onRound: () => progress.round({ waiting: journal.waiting, newest: ledger.newest(), refused: refused() }),
    readHost: async () => {
      if (!refused()) holdReserve();
      const reading = await host.read();
      tellMachineAlarms(alarms, reading);
      return reading;
    },
    sources: {
      engine: () => engine.health(),
      phones: () => lines.phones(),
      trunks: () =>
        trunks.all().map(({ id, state, since, channels, calls: on, forwarding }) => {
          const line = { name: id, state, since, channels, calls: on.length };
          return forwarding ? { ...line, forwarding } : line;
        }),
      uplink: () => {
        const alone = { connected: false, since: null, outbox: ledger.unsentCount() };
        const { connected, since, outbox } = uplink?.status() ?? alone;
        return { connected, since, outbox };
      },
      calls: () => Object.keys(calls.state.calls).length,
      power: () => power.health(),
      selfCheck: () => selfCheck.health(),
      safeMode: () => starts.safe && shownSafeMode(starts.safe),
      network: () => network.health(),
      clock: () => timeServers.health(),
      contacts: () => contacts.health(),
      maintenance: () => shownWindows(maintenance),
    },
    disks: makeDiskWatch(around, keeping, telephony),
    board,
    alarms,
    tell: (report) => uplink?.tellHealth(report),
    tuning: { everyMs: settings.healthEverySeconds * 1_000 },
  });
}

const DISK_DAYS = 'disk/days';

function makeDiskWatch(
  { settings, log, wall, documents }: Around,
  { ledger, journal, alarms, refused }: Keeping,
  { calls }: Telephony,
): DiskWatch {
  return new DiskWatch({
    clock: wall,
    rules: () => documents.branch.disk,
    ledgerRefused: refused,
    alarms,
    kept: ledger.about(DISK_DAYS) as DiskDays | undefined,
    keep: (days) => journal.keep(DISK_DAYS, days),
    holdRecordings: (because) => calls.happen({ type: 'recordings-held', because }),
    refuseMessages: (because) => calls.happen({ type: 'messages-refused', because }),
    letGo: () => void letLeftoversGo(settings.dataDir, wall.now(), roomLog(log, 'health')),
  });
}

export function makePage(
  around: Around,
  keeping: Keeping,
  telephony: Telephony,
  {
    claim,
    continuity,
    selfCheck,
    safeMode,
    power,
    progress,
    visits,
  }: Pick<ConsoleNeeds, 'claim' | 'continuity' | 'selfCheck' | 'safeMode' | 'power' | 'visits'> & {
    readonly progress: Progress;
  },
): Console {
  const { settings, log, wall, board, documents } = around;
  const { consoleListen, dataDir, uiDir } = settings;
  return new Console({
    settings: {
      listen: consoleListen,
      names: [consoleListen.host],
      dataDir,
      uiDir,
      box: documents.branch.site.name.en,
    },
    clock: wall,
    log: roomLog(log, 'console'),
    board,
    onFirstPassword: (password) => {
      console.log(`\n  The password of this box's page, shown this once:  ${password}\n`);
    },
    needs: {
      history: keeping.history,
      figures: figuresOf(around, keeping),
      whyReader: () => whyReader(documents.branch),
      recordings: {
        find: (recording) => telephony.vault.find(recording),
        comes: (recording) => keeping.standInHistory.comes(recording),
      },
      voicemail: telephony.voicemail,
      callbacks: callbacksOf(around, telephony),
      brakes: brakesOf(telephony),
      trunks: trunksOf(telephony),
      alarms: alarmsOnPage(around, keeping),
      claim,
      continuity,
      selfCheck,
      safeMode,
      visits,
      power,
      documents: documentsOf(around),
      inCall: telephony.calls,
      agents: agentsOf(around, telephony),
      stuck: () => progress.stuck(),
      readiness: () => {
        const { state } = telephony.engine.health();
        return { ready: state === 'up', engine: state };
      },
      about: () => aboutOf(around, telephony),
      append: keeping.append,
    },
  });
}

function figuresOf({ documents, clock }: Around, { ledger, journal }: Keeping): ConsoleNeeds['figures'] {
  const queue = figureRules(() => documents.branch);
  const startOfToday = (): number => startOfDay(documents.branch.site.timezone, clock.now());
  return {
    today: () => ({ from: startOfToday(), to: clock.now() }),
    over: (range) => readFigures(ledger, { ...range, queue }, () => journal.flush(), clock.now()),
  };
}

function whyReader(branch: Branch): ReturnType<ConsoleNeeds['whyReader']> {
  const { language, timezone } = branch.site;
  return { language, timezone, people: peopleOfDocument(branch) };
}

function documentsOf({ documents }: Around): ConsoleNeeds['documents'] {
  return {
    inForce: () => {
      const { revision, source, warnings, refused } = documents.inForce;
      const appliedAt = new Date(documents.appliedAt).toISOString();
      return {
        revision,
        appliedAt,
        source,
        warnings: [...warnings],
        refused: refused ? { at: appliedAt, faults: [...refused.faults] } : null,
      };
    },
    check: (source) => answerOf(documents.check(source)),
    take: (source) => {
      const taken = documents.take(source);
      return { ...answerOf(taken), revision: documents.inForce.revision };
    },
  };
}

const answerOf = (checked: Checked): { ok: boolean; faults: Fault[] } => ({
  ok: checked.ok,
  faults: [...(checked.ok ? checked.document.warnings : checked.faults)],
});

function callbacksOf({ documents }: Around, { calls }: Telephony): ConsoleNeeds['callbacks'] {
  return {
    list: () => waitingCallbacks(calls.state.callbacks, documents.branch),
    cancel: (id) => {
      const found = calls.state.callbacks[id];
      if (!found) return undefined;
      calls.happen({ type: 'cancel-callback', callback: id });
      return waitingCallback(found, documents.branch);
    },
  };
}

const trunksOf = ({ trunks, forwarding, look }: Telephony): ConsoleNeeds['trunks'] => ({
  all: () => trunks.all(),
  view: (trunk) => trunks.view(trunk),
  drain: (trunk, by) => trunks.drain(trunk, by),
  busyOut: (trunk, by) => trunks.busyOut(trunk, by),
  putBack: (trunk) => trunks.putBack(trunk),
  test: (trunk) => trunks.test(trunk),
  forward: (trunk) => forwarding.ask(trunk),
  look,
});

function brakesOf({ calls }: Telephony): ConsoleNeeds['brakes'] {
  return {
    list: () => stoppedExtensions(calls.state.brake),
    release: (extension, by) => {
      if (!stoppedExtensions(calls.state.brake).some((each) => each.extension === extension)) return false;
      calls.happen({ type: 'release-extension', extension, by });
      return true;
    },
  };
}

function agentsOf({ documents, board, clock }: Around, { calls }: Telephony): ConsoleNeeds['agents'] {
  return {
    order: (agent, state, reason, by) => {
      if (!documents.branch.people[agent]?.agent) return undefined;
      calls.happen({ type: 'agent-order', agent, state, by, ...(reason === undefined ? {} : { reason }) });
      return board.snapshot().agents[agent]?.state ?? state;
    },
    wrapUp: (agent, moreMs, by) => {
      if (!documents.branch.people[agent]?.agent) return undefined;
      const { wrapUpUntil = 0 } = calls.state.acd.agents[agent] ?? {};
      if (wrapUpUntil <= clock.now()) return 'none';
      calls.happen({ type: 'agent-wrap-up', agent, moreMs: moreMs === 0 ? 'end' : moreMs, by });
      return board.snapshot().agents[agent]?.state ?? 'wrap-up';
    },
  };
}

function aboutOf({ settings, documents }: Around, { engine }: Telephony): ReturnType<ConsoleNeeds['about']> {
  const { sipAddress, sipPort, mediaAddress, rtpFirst, rtpLast, ariPort, consoleListen } = settings;
  return {
    version: VERSION,
    engineVersion: engine.health().version,
    node: process.versions.node,
    box: documents.branch.site.id,
    ports: listeningPorts({
      console: consoleListen,
      sip: { address: sipAddress, port: sipPort },
      media: { address: mediaAddress ?? sipAddress, first: rtpFirst, last: rtpLast },
      ari: { port: ariPort },
      reports: { address: sipAddress, ...reportPorts(documents.branch) },
    }),
  };
}
