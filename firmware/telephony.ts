/** Calls and what they need: the switchboard's shell, the recorder, the lines, and the link to the engine. */
import { join } from 'node:path';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog } from '@branchline/runtime/log';
import { Alone } from './alone.ts';
import type { Around } from './around.ts';
import { promptFinder } from './branch/prompts.ts';
import { CallService } from './calls/service.ts';
import { Show } from './calls/show.ts';
import { EngineLink } from './engine-link.ts';
import { rawRecordingsDir } from './engine-site.ts';
import { INSIDE } from './engine/settings.ts';
import type { Keeping } from './keeping.ts';
import { Recorder } from './recording/recorder.ts';
import { Vault } from './recording/vault.ts';
import { restoreSwitchboard } from './restore.ts';
import { LineBook } from './trunks/line-book.ts';
import { VERSION } from './version.ts';

/** The wall clock is taken again when it has moved by more than this, and no call is in progress, in ms. */
const DRIFT_MS = 1_000;

export interface Telephony {
  readonly calls: CallService;
  readonly lines: LineBook;
  readonly vault: Vault;
  readonly engine: EngineLink;
  readonly parts: readonly Part[];
}

export function makeTelephony(around: Around, keeping: Keeping): Telephony {
  const { settings, clock, log, document, board, changed } = around;
  const { branch } = document;
  const { ledger, alarms, append } = keeping;
  const vault = new Vault(join(settings.dataDir, 'recordings'));
  const recorder = new Recorder({
    clock,
    log: roomLog(log, 'recording'),
    rawDir: rawRecordingsDir(settings),
    vault,
    append,
    happen: (event) => calls.happen(event),
  });
  const lines = new LineBook({ clock, branch, alarms, board, onChange: changed });
  const show = new Show({
    clock,
    branch,
    board,
    onTrunkCalls: (byTrunk) => lines.carries(byTrunk),
    onNewDay: () => calls.happen({ type: 'new-day' }),
  });
  const calls = makeCalls(around, keeping, recorder, show);
  show.recall(ledger.since(show.startOfToday()));
  ledger.onAppended((events) => {
    show.written(events);
    show.queues(calls.state);
  });
  show.step(calls.state, { changed: calls.state.calls });
  const alone = makeAlone(around, keeping, recorder, calls);
  const engine = makeEngineLink(around, keeping, { calls, lines, alone });
  const parts: Part[] = [
    { name: 'recorder', start: () => undefined, stop: () => recorder.stop() },
    { name: 'calls', start: () => undefined, stop: () => calls.stop() },
    { name: 'alone', start: () => undefined, stop: () => alone.stop() },
    engine,
  ];
  return { calls, lines, vault, engine, parts };
}

function makeCalls(around: Around, keeping: Keeping, recorder: Recorder, show: Show): CallService {
  const { settings, clock, log, document } = around;
  const { branch } = document;
  const { journal, alarms, ledger } = keeping;
  const calls: CallService = new CallService(
    {
      clock,
      log: roomLog(log, 'calls'),
      branch,
      journal,
      recorder,
      alarms,
      lastHeardAt: ledger.newestAt(),
      mediaOf: promptFinder(settings.promptsDir, INSIDE.prompts, branch.site.language),
      onStep: (state, result) => {
        show.step(state, result);
        if (Object.keys(state.calls).length > 0 || Math.abs(clock.drift()) <= DRIFT_MS) return;
        clock.resync();
        calls.happen({ type: 'clock-moved' });
      },
    },
    restoreSwitchboard(ledger, branch, clock.now()),
  );
  return calls;
}

function makeAlone(around: Around, keeping: Keeping, recorder: Recorder, calls: CallService): Alone {
  const { settings, clock, log, document } = around;
  const { ledger, alarms, append, journal } = keeping;
  return new Alone({
    clock,
    log: roomLog(log, 'engine'),
    branch: document.branch,
    engineDir: settings.engineDir,
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
}

function makeEngineLink(
  { settings, clock, log, changed }: Around,
  { ledger, journal, alarms, append }: Keeping,
  { calls, lines, alone }: { calls: CallService; lines: LineBook; alone: Alone },
): EngineLink {
  const room = roomLog(log, 'engine');
  return new EngineLink({
    clock,
    log: room,
    engineDir: settings.engineDir,
    sip: { address: settings.sipAddress, port: settings.sipPort },
    calls,
    lines,
    alarms,
    append,
    lastBirth: () => {
      journal.flush();
      return ledger.about('engineBirth') as string | undefined;
    },
    onChange: changed,
    onAdopted: (birth, { adopted, closed }, connected) => {
      journal.keep('engineBirth', birth);
      const body = { version: VERSION, adoptedCalls: adopted, closedCalls: closed };
      append([{ type: 'service.started', at: clock.now(), body }]);
      room.info({ adopted, closed, birth }, 'calls adopted');
      void alone.look(connected);
    },
  });
}
