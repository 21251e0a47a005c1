/** At a start: what was said before a kill, and the database does not hold yet, is entered before anything else is. */
import { isDiskFault } from '@branchline/runtime/sqlite';
import type { Ledger, LedgerBatch } from './ledger.ts';
import { StepLog, type LoggedBatch } from './step-log.ts';

/** `makeRoom` frees what is kept for a full disk; true when there was any. @throws when the disk will not have it even so */
export function enterLeftSteps(path: string, ledger: Ledger, makeRoom: () => boolean): StepLog {
  const { log, left } = StepLog.open(path, ledger.lastStep());
  if (left.length === 0) return log;
  const batch = merged(left, log.serial);
  try {
    ledger.append(batch);
  } catch (error) {
    if (!isDiskFault(error) || !makeRoom()) throw error;
    ledger.append(batch);
  }
  log.taken();
  return log;
}

/** Of a call and of a piece of state the last word counts. */
function merged(left: readonly LoggedBatch[], step: number): LedgerBatch {
  const openCalls: Record<string, unknown> = {};
  const about: Record<string, unknown> = {};
  for (const { batch } of left) {
    Object.assign(openCalls, batch.openCalls);
    Object.assign(about, batch.about);
  }
  return {
    events: left.flatMap(({ batch }) => batch.events),
    openCalls,
    about,
    acdInputs: left.flatMap(({ batch }) => batch.acdInputs ?? []),
    step,
  };
}
