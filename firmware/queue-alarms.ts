/** Looks at the queues as the pages show them, and has people told of one that is not served. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { LiveQueue } from '@branchline/contracts/live';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import type { Around } from './around.ts';
import type { Keeping } from './keeping.ts';
import type { AlarmBook } from './health/alarms.ts';
import {
  QUEUE_ALARMS,
  queueStep,
  UNSEEN,
  type QueueWatchState,
  type SeenQueue,
} from './health/queue-watch.ts';

export interface QueueAlarmsDeps {
  readonly clock: Clock;
  readonly queues: () => readonly LiveQueue[];
  readonly branch: () => Pick<Branch, 'queues'>;
  readonly alarms: Pick<AlarmBook, 'raise' | 'clear' | 'keepOnly'>;
}

export const makeQueueAlarms = ({ clock, board, documents }: Around, { alarms }: Keeping): Part =>
  queueAlarmsPart({
    ...{ clock, alarms },
    queues: () => Object.values(board.snapshot().queues),
    branch: () => documents.branch,
  });

const LOOK_MS = 5_000;

export function queueAlarmsPart(deps: QueueAlarmsDeps): Part {
  const { clock, alarms } = deps;
  const states = new Map<string, QueueWatchState>();
  let timer: Timer | undefined;
  const look = (): void => {
    const { queues: rules } = deps.branch();
    for (const code of QUEUE_ALARMS) alarms.keepOnly(code, Object.keys(rules));
    for (const queue of deps.queues()) {
      const alarm = rules[queue.id]?.alarm;
      if (!alarm) continue;
      const before = states.get(queue.id) ?? UNSEEN;
      const { state, open } = queueStep(before, seen(queue, clock.now()), alarm, clock.monotonic());
      states.set(queue.id, state);
      for (const code of QUEUE_ALARMS) {
        const detail = open[code];
        if (detail === undefined) alarms.clear(code, queue.id);
        else alarms.raise(code, queue.id, detail === '' ? undefined : detail);
      }
    }
    timer = clock.after(LOOK_MS, look);
  };
  return { name: 'queue-alarms', start: look, stop: () => timer?.cancel() };
}

function seen({ waiting, agentsSignedIn, today }: LiveQueue, now: number): SeenQueue {
  const decided = today.offered - today.shortAbandoned - waiting.length;
  const waits = waiting.map(({ since }) => now - Date.parse(since));
  return {
    waiting: waiting.length,
    longestMs: Math.max(0, ...waits),
    signedIn: agentsSignedIn,
    decided,
    // As a whole number again: the share is told to a tenth of a percent.
    answeredWithin: Math.round(((today.serviceLevel ?? 0) * decided) / 100),
  };
}
