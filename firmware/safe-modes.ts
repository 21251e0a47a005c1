/** Safe mode put together: starts counted on disk, and what is left running when there were too many. */
import { join } from 'node:path';
import { coded } from '@branchline/contracts/alarm-detail';
import { hasCode, readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog, type Log } from '@branchline/runtime/log';
import type { Site } from '@branchline/contracts/branch/model';
import type { Around } from './around.ts';
import type { Alarms } from './health/alarms.ts';
import { keepLinked } from './engine/link.ts';
import { Caretaker } from './safe-mode/caretaker.ts';
import {
  endedInOrder,
  left,
  QUIET_MS,
  settled,
  started,
  type SafeMode,
  type Starts,
} from './safe-mode/starts.ts';
import type { Settings } from './settings.ts';

const ALARM = 'service';
const FILE = 'starts.json';
const COMMAND_MS = 5_000;
/** The answer to who asked for it is to be on its way. */
const LEAVE_MS = 300;

export interface StartBook {
  /** Undefined when the service is to do its work. */
  readonly safe: SafeMode | undefined;
  /** False when it is not in safe mode. */
  leave(): boolean;
  /** To be started last: a service that fails to start has not come to an orderly end. */
  readonly part: Part;
}

/** Counts this start before anything else is tried. Never throws: a disk that refuses must not keep the box from its work. */
export function countStart({ dataDir, safeModeAfter }: Settings, clock: Clock, log: Log): StartBook {
  const file = join(dataDir, FILE);
  let starts = started(keptIn(file, log), clock.now(), safeModeAfter);
  const keep = (now: Starts): void => {
    starts = now;
    try {
      writeFileAtomic(file, JSON.stringify(now));
    } catch (err) {
      log.warn({ err, file }, 'starts cannot be counted');
    }
  };
  keep(starts);
  const { safe } = starts;
  let timer: Timer | undefined;
  const leave = (): boolean => {
    if (!safe) return false;
    keep(left(starts));
    log.info('safe mode is left: the service ends, and is started again');
    timer?.cancel();
    timer = clock.after(LEAVE_MS, () => process.kill(process.pid, 'SIGTERM'));
    return true;
  };
  const part: Part = {
    name: 'starts',
    start: () => {
      timer = safe
        ? clock.after(safe.until - clock.now(), () => void leave())
        : clock.after(QUIET_MS, () => keep(settled()));
    },
    stop: () => {
      timer?.cancel();
      keep(endedInOrder(starts));
    },
  };
  return { safe, leave, part };
}

function keptIn(file: string, log: Log): Starts | undefined {
  try {
    const text = readIfThere(file);
    const kept = text === undefined ? undefined : (JSON.parse(text) as Partial<Starts>);
    return kept && Array.isArray(kept.at) && typeof kept.times === 'number' ? (kept as Starts) : undefined;
  } catch (err) {
    if (!hasCode(err, 'ENOENT')) log.warn({ err, file }, 'starts were not counted so far');
    return undefined;
  }
}

/** The one thing that is done with the engine in safe mode. */
export function caretakerPart({ settings, clock, log }: Pick<Around, 'settings' | 'clock' | 'log'>): Part {
  const room = roomLog(log, 'safe-mode');
  const end = new AbortController();
  const caretaker = new Caretaker(clock, room);
  return {
    name: 'caretaker',
    start: () => {
      void keepLinked({
        accessFile: join(settings.engineDir, 'run/ari.json'),
        timeoutMs: COMMAND_MS,
        takes: false,
        signal: end.signal,
        onEvent: (event) => {
          if (event.type === 'lost') caretaker.engineIs(undefined);
        },
        onEngine: (engine) => caretaker.engineIs(engine),
        onFailure: (reason) => room.debug({ reason }, 'the engine is not there'),
      });
    },
    stop: () => {
      end.abort();
      caretaker.engineIs(undefined);
    },
  };
}

export const shownSafeMode = (safe: SafeMode) => ({
  since: new Date(safe.since).toISOString(),
  until: new Date(safe.until).toISOString(),
  starts: safe.starts,
});

/** A start that does its work clears what another has raised. */
export function tellSafeMode(
  alarms: Alarms,
  safe: SafeMode | undefined,
  { timezone }: Pick<Site, 'timezone'>,
): void {
  if (!safe) return alarms.clear('safe-mode', ALARM);
  const until = new Intl.DateTimeFormat('en-GB', {
    ...{ hour: '2-digit', minute: '2-digit', timeZone: timezone },
  }).format(safe.until);
  alarms.raise('safe-mode', ALARM, coded('starts-too-often', safe.starts, until));
}
