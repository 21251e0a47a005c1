/** What the box keeps: the ledger with its journal, the history, the alarms, and room in reserve for a full disk. */
import { join } from 'node:path';
import { both } from '@branchline/contracts/alarm-detail';
import { faultText } from '@branchline/contracts/branch/faults';
import type { NewEvent } from '@branchline/contracts/ledger';
import { ballast } from '@branchline/runtime/ballast';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { Journal } from './calls/journal.ts';
import type { AlarmBook } from './health/alarms.ts';
import type { MaintenanceBook } from './health/maintenance-book.ts';
import type { Notifier } from './notify/notifier.ts';
import { Backups } from './store/backup.ts';
import { makeTending } from './tending.ts';
import { History } from './store/history.ts';
import { StandInHistory } from './store/stand-in-history.ts';
import { enterLeftSteps } from './store/left-steps.ts';
import { Ledger } from './store/ledger.ts';
import { openLedgerDatabase } from './store/open.ts';

const BALLAST_MB = 64;

export interface Keeping {
  readonly ledger: Ledger;
  readonly history: History;
  readonly standInHistory: StandInHistory;
  readonly journal: Journal;
  readonly alarms: AlarmBook;
  readonly maintenance: MaintenanceBook;
  readonly notifier: Notifier;
  readonly backups: Backups;
  readonly append: (events: readonly NewEvent[]) => void;
  /** Whether the disk refuses what is written to the ledger. */
  readonly refused: () => boolean;
  /** Keeps room in reserve again as soon as the disk has it to spare. */
  readonly holdReserve: () => void;
  readonly part: Part;
}

export function makeKeeping(around: Around): Keeping {
  const { settings, log, clock, changed } = around;
  const room = roomLog(log, 'store');
  const db = openLedgerDatabase(join(settings.dataDir, 'ledger.db'));
  const ledger = new Ledger(db);
  const reserve = ballast(join(settings.dataDir, 'ballast'), BALLAST_MB);
  const steps = enterLeftSteps(join(settings.dataDir, 'steps.log'), ledger, () => reserve.release());
  const holdReserve = (): void => {
    reserve.hold().catch((err: unknown) => room.warn({ err }, 'room could not be kept'));
  };
  holdReserve();
  let refused = false;
  const journal = new Journal({
    store: ledger,
    steps,
    clock,
    log: room,
    releaseBallast: () => reserve.release(),
    onDisk: (state) => {
      refused = state === 'refuses';
      if (!refused) holdReserve();
      changed();
    },
  });
  const append = journal.append.bind(journal);
  const tending = makeTending(around, {
    append,
    keep: (key, value) => journal.keep(key, value),
    about: (key) => ledger.about(key),
  });
  const part: Part = {
    name: 'store',
    start: () => tending.start(),
    stop: () => {
      tending.stop();
      journal.flush();
      steps.close();
      standInHistory.close();
      db.close();
    },
  };
  const standInHistory = new StandInHistory(join(settings.dataDir, 'stand-in-history'));
  const history = new History(
    db,
    ledger,
    () => journal.flush(),
    () => standInHistory.histories(),
  );
  const { alarms, maintenance, notifier } = tending;
  return {
    ...{ ledger, history, standInHistory, journal, append, refused: () => refused, holdReserve, part },
    ...{ alarms, maintenance, notifier },
    backups: new Backups(db, join(settings.dataDir, 'backups')),
  };
}

/** Enters which document is in force, at a start and whenever it changes, and whether a newer one was refused. */
export function enterDocument(
  { documents, clock }: Around,
  { append, alarms }: Pick<Keeping, 'append' | 'alarms'>,
  when: 'start' | 'change',
): void {
  const { revision, warnings, refused } = documents.inForce;
  if (when === 'start' || !refused)
    append([{ type: 'document.applied', at: clock.now(), body: { revision, warnings: warnings.length } }]);
  if (!refused) return alarms.clear('document-rejected', 'document');
  const inWords = (language: 'zh' | 'en'): string =>
    refused.faults
      .slice(0, 3)
      .map((fault) => faultText(fault, language))
      .join(' ');
  alarms.raise('document-rejected', 'document', both({ zh: inWords('zh'), en: inWords('en') }));
}
