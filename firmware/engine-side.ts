/** The engine's side of calls: the link to it, and what it did alone. */
import { roomLog } from '@branchline/runtime/log';
import { Alone } from './alone.ts';
import type { Around } from './around.ts';
import { statesAgain } from './calls/agent-notes.ts';
import type { CallService } from './calls/service.ts';
import { EngineLink, type EngineUser } from './engine-link.ts';
import { engineSite } from './engine-site.ts';
import type { Engine } from './engine/port.ts';
import type { Keeping } from './keeping.ts';
import type { Recorder } from './recording/recorder.ts';
import type { LineBook } from './trunks/line-book.ts';
import type { TrunkBook } from './trunks/trunk-book.ts';
import { VERSION } from './version.ts';

export function makeAlone(around: Around, keeping: Keeping, recorder: Recorder, calls: CallService): Alone {
  const { settings, clock, log, documents } = around;
  const { ledger, alarms, append, journal } = keeping;
  return new Alone({
    clock,
    log: roomLog(log, 'engine'),
    branch: () => documents.branch,
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

export function makeEngineLink(
  { settings, clock, log, changed }: Around,
  { ledger, journal, alarms, append }: Keeping,
  {
    calls,
    lines,
    trunks,
    users,
    alone,
    onConnected,
  }: {
    readonly calls: CallService;
    readonly lines: LineBook;
    readonly trunks: TrunkBook;
    readonly users: readonly EngineUser[];
    readonly alone: Alone;
    readonly onConnected: (engine: Engine) => void;
  },
): EngineLink {
  const room = roomLog(log, 'engine');
  return new EngineLink({
    clock,
    log: room,
    engineDir: settings.engineDir,
    siteOf: (branch) => engineSite(settings, branch),
    sip: { address: settings.sipAddress, port: settings.sipPort },
    calls,
    lines,
    users,
    engineIsNew: () => trunks.engineIsNew(),
    alarms,
    append,
    servedAlone: () => alone.served(),
    lastBirth: () => {
      journal.flush();
      return ledger.about('engineBirth') as string | undefined;
    },
    onChange: changed,
    onAdopted: (birth, { adopted, closed }, connected) => {
      journal.keep('engineBirth', birth);
      const body = { version: VERSION, adoptedCalls: adopted, closedCalls: closed };
      append([
        { type: 'service.started', at: clock.now(), body },
        ...statesAgain(calls.state.acd, clock.now()),
      ]);
      room.info({ adopted, closed, birth }, 'calls adopted');
      onConnected(connected);
      void alone.look(connected);
    },
  });
}
