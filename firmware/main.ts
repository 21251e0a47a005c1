/** The box service: the one place that constructs things and ties them together. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { faultText } from '@branchline/contracts/branch/faults';
import { ballast } from '@branchline/runtime/ballast';
import { systemClock } from '@branchline/runtime/clock';
import { runService } from '@branchline/runtime/lifecycle';
import { roomLog, rootLog } from '@branchline/runtime/log';
import { openDatabase } from '@branchline/runtime/sqlite';
import { steadyClock } from '@branchline/runtime/steady-clock';
import { Alone } from './alone.ts';
import { checkDocument, documentInForce, NoDocument, rememberGood } from './branch/document.ts';
import { promptFinder } from './branch/prompts.ts';
import { Journal } from './calls/journal.ts';
import { CallService } from './calls/service.ts';
import { Show } from './calls/show.ts';
import { Console } from './console/console.ts';
import { LiveBoard } from './console/live-board.ts';
import { listeningPorts } from './console/ports.ts';
import { EngineLink } from './engine-link.ts';
import { enginePid } from './engine/instance/watch.ts';
import { INSIDE } from './engine/settings.ts';
import { rawRecordingsDir, writeEngineSite } from './engine-site.ts';
import { AlarmBook, type Alarms } from './health/alarms.ts';
import { Host } from './health/host.ts';
import { HealthMonitor } from './health/monitor.ts';
import { Recorder } from './recording/recorder.ts';
import { Vault } from './recording/vault.ts';
import { restoreSwitchboard, STATE_VERSION } from './restore.ts';
import { readSettings } from './settings.ts';
import { History } from './store/history.ts';
import { Ledger } from './store/ledger.ts';
import { migrations } from './store/migrations.ts';
import { LineBook } from './trunks/line-book.ts';
import { Uplink } from './uplink/uplink.ts';
import { VERSION } from './version.ts';

const BALLAST_MB = 64;

const settings = readSettings();
const log = rootLog({ name: 'box', level: settings.logLevel });
await start().catch((error: unknown) => {
  log.fatal({ err: error }, 'the box service cannot start');
  if (error instanceof NoDocument) for (const fault of error.faults) log.fatal(faultText(fault, 'en'));
  process.exit(1);
});

async function start(): Promise<void> {
  const { dataDir, engineDir } = settings;
  mkdirSync(dataDir, { recursive: true, mode: 0o750 });
  const document = documentInForce(settings.document, dataDir);
  const { branch } = document;
  rememberGood(document, dataDir);
  const engineFilesChanged = writeEngineSite(settings, branch);
  const clock = steadyClock(systemClock);

  const db = openDatabase(join(dataDir, 'ledger.db'), migrations);
  const ledger = new Ledger(db);
  const history = new History(db, ledger);
  const reserve = ballast(join(dataDir, 'ballast'), BALLAST_MB);
  reserve.hold();
  const board = new LiveBoard(clock, {
    id: branch.site.id,
    name: branch.site.name,
    timezone: branch.site.timezone,
  });

  let ledgerRefused = false;
  const journal = new Journal({
    store: ledger,
    clock,
    log: roomLog(log, 'store'),
    releaseBallast: () => reserve.release(),
    onDisk: (state) => {
      ledgerRefused = state === 'refuses';
      if (!ledgerRefused) reserve.hold();
      monitor.changed();
    },
  });
  const append = journal.append.bind(journal);
  const alarms: Alarms & AlarmBook = new AlarmBook({
    clock,
    append: (events) => {
      append(events);
      journal.keep('alarms', alarms.open());
    },
    board,
    open: (ledger.about('alarms') as ReturnType<AlarmBook['open']> | undefined) ?? [],
  });

  const recorder = new Recorder({
    clock,
    log: roomLog(log, 'recording'),
    rawDir: rawRecordingsDir(settings),
    vault: new Vault(join(dataDir, 'recordings')),
    append,
    happen: (event) => calls.happen(event),
  });
  const vault = new Vault(join(dataDir, 'recordings'));
  const lines = new LineBook({ clock, branch, alarms, board, onChange: () => monitor.changed() });
  const show = new Show({
    clock,
    branch,
    board,
    onTrunkCalls: (byTrunk) => lines.carries(byTrunk),
    onNewDay: () => calls.happen({ type: 'new-day' }),
  });
  const calls: CallService = new CallService(
    {
      clock,
      log: roomLog(log, 'calls'),
      branch,
      journal,
      recorder,
      alarms,
      mediaOf: promptFinder(settings.promptsDir, INSIDE.prompts, branch.site.language),
      onStep: (state, result) => {
        show.step(state, result);
        if (Object.keys(state.calls).length === 0 && Math.abs(clock.drift()) > 1_000) clock.resync();
      },
    },
    restoreSwitchboard(ledger, branch, clock.now()),
  );
  show.recall(ledger.since(show.startOfToday()));
  ledger.onAppended((events) => {
    show.written(events);
    show.queues(calls.state);
  });
  const alone = new Alone({
    clock,
    log: roomLog(log, 'engine'),
    branch,
    engineDir,
    recorder,
    alarms,
    state: () => calls.state,
    unknown: (ids) => ledger.unknownSurvivors(ids),
    append,
    flush: () => {
      journal.flush();
      return journal.waiting === 0;
    },
  });
  const engine = new EngineLink({
    clock,
    log: roomLog(log, 'engine'),
    engineDir,
    sip: { address: settings.sipAddress, port: settings.sipPort },
    calls,
    lines,
    alarms,
    append,
    lastBirth: () => ledger.about('engineBirth') as string | undefined,
    onChange: () => monitor.changed(),
    onAdopted: (birth, { adopted, closed }, connected) => {
      journal.keep('engineBirth', birth);
      append([
        {
          type: 'service.started',
          at: clock.now(),
          body: { version: VERSION, adoptedCalls: adopted, closedCalls: closed },
        },
      ]);
      log.info({ adopted, closed, birth }, 'calls adopted');
      void alone.look(connected);
    },
  });
  const { hqHost } = settings;
  const uplink =
    hqHost === undefined
      ? undefined
      : new Uplink({
          settings: {
            host: hqHost,
            port: settings.hqPort,
            tenant: settings.tenant,
            box: branch.site.id,
            identityDir: join(dataDir, 'identity'),
          },
          clock: systemClock,
          random: Math.random,
          log: roomLog(log, 'uplink'),
          version: VERSION,
          ledger,
          alarms,
          reported: () => ({
            version: VERSION,
            revision: document.revision,
            document: document.raw,
            warnings: document.warnings.length,
          }),
          onStatus: () => monitor.changed(),
        });
  const host = new Host({
    log: roomLog(log, 'health'),
    folders: [{ path: dataDir, ledger: true }],
    enginePid: () => enginePid(join(engineDir, 'run')) ?? null,
  });
  const monitor: HealthMonitor = new HealthMonitor({
    clock: systemClock,
    log: roomLog(log, 'health'),
    readHost: () => host.read(),
    sources: {
      engine: () => engine.health(),
      phones: () => lines.phones(),
      trunks: () => lines.trunks(),
      uplink: () => {
        const { connected, since, outbox } = uplink?.status() ?? {
          connected: false,
          since: null,
          outbox: ledger.unsentCount(),
        };
        return { connected, since, outbox };
      },
      calls: () => Object.keys(calls.state.calls).length,
    },
    ledgerRefused: () => ledgerRefused,
    board,
    alarms,
    tell: (report) => uplink?.tellHealth(report),
    tuning: { everyMs: settings.healthEverySeconds * 1_000 },
  });
  const appliedAt = new Date(clock.now()).toISOString();
  const page = new Console({
    settings: {
      listen: settings.consoleListen,
      names: [],
      dataDir,
      uiDir: settings.uiDir,
      box: branch.site.name.en,
    },
    clock: systemClock,
    log: roomLog(log, 'console'),
    board,
    onFirstPassword: (password) => {
      console.log(`\n  The password of this box's page, shown this once:  ${password}\n`);
    },
    needs: {
      history,
      recordings: vault,
      documents: {
        inForce: () => ({
          revision: document.revision,
          appliedAt,
          source: document.source,
          warnings: [...document.warnings],
          refused: document.refused ? { at: appliedAt, faults: [...document.refused.faults] } : null,
        }),
        check: (source) => {
          const checked = checkDocument(source);
          return { ok: checked.ok, faults: [...(checked.ok ? checked.document.warnings : checked.faults)] };
        },
      },
      agents: {
        order: (agent, state, reason) => {
          if (!branch.people[agent]?.agent) return undefined;
          calls.happen({ type: 'agent-order', agent, state, ...(reason === undefined ? {} : { reason }) });
          return board.snapshot().agents[agent]?.state ?? state;
        },
      },
      readiness: () => ({ ready: engine.health().state === 'up', engine: engine.health().state }),
      about: () => ({
        version: VERSION,
        engineVersion: engine.health().version,
        node: process.versions.node,
        box: branch.site.id,
        ports: listeningPorts({
          console: settings.consoleListen,
          sip: { address: settings.sipAddress, port: settings.sipPort },
          media: {
            address: settings.mediaAddress ?? settings.sipAddress,
            first: settings.rtpFirst,
            last: settings.rtpLast,
          },
          ari: { port: settings.ariPort },
        }),
      }),
      append,
    },
  });

  journal.keep('stateVersion', STATE_VERSION);
  append([
    {
      type: 'document.applied',
      at: clock.now(),
      body: { revision: document.revision, warnings: document.warnings.length },
    },
  ]);
  if (document.refused)
    alarms.raise(
      'document-rejected',
      'document',
      document.refused.faults
        .map((fault) => faultText(fault, 'en'))
        .slice(0, 3)
        .join(' '),
    );
  else alarms.clear('document-rejected', 'document');
  show.step(calls.state, { changed: calls.state.calls });
  if (engineFilesChanged) log.info('the engine takes its new files when it is started next');

  await runService(
    [
      {
        name: 'store',
        start: () => undefined,
        stop: () => {
          journal.flush();
          db.close();
        },
      },
      { name: 'recorder', start: () => undefined, stop: () => recorder.stop() },
      { name: 'calls', start: () => undefined, stop: () => calls.stop() },
      { name: 'alone', start: () => undefined, stop: () => alone.stop() },
      engine,
      ...(uplink ? [uplink] : []),
      monitor,
      page,
    ],
    log,
  );
  log.info({ box: branch.site.id, page: page.url, readyMs: Math.round(performance.now()) }, 'ready');
}
