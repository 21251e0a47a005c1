/** Today's figures of each queue, counted from ledger events and from nothing else. Pure. */
import { knownEvent, type KnownEvent, type LedgerEvent } from '@branchline/contracts/ledger';

export interface QueueDay {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  /** Sent on elsewhere: neither answered here nor abandoned. */
  readonly overflowed: number;
  readonly withinLevel: number;
  readonly longestWaitMs: number;
}

export interface DayCounts {
  readonly queues: Readonly<Record<string, QueueDay>>;
  /** The queue a call waits in, until it is answered or ends. */
  readonly waiting: Readonly<Record<string, { readonly queue: string; readonly since: number }>>;
}

export const emptyQueueDay: QueueDay = {
  offered: 0,
  answered: 0,
  abandoned: 0,
  overflowed: 0,
  withinLevel: 0,
  longestWaitMs: 0,
};
export const emptyDay: DayCounts = { queues: {}, waiting: {} };

/** `levelMs`: within how long an answer counts for the service level of a queue. */
export function count(day: DayCounts, raw: LedgerEvent, levelMs: (queue: string) => number): DayCounts {
  const { call } = raw;
  if (call === undefined) return day;
  const event = knownEvent(raw);
  const at = Date.parse(raw.at);
  if (event?.type === 'call.queued') {
    const { queue } = event.body;
    const before = day.queues[queue] ?? emptyQueueDay;
    return {
      queues: { ...day.queues, [queue]: { ...before, offered: before.offered + 1 } },
      waiting: { ...day.waiting, [call]: { queue, since: at } },
    };
  }
  const wait = day.waiting[call];
  if (!wait || !leaves(event)) return day;
  const before = day.queues[wait.queue] ?? emptyQueueDay;
  const waitedMs = Math.max(0, at - wait.since);
  const answered = event.type === 'call.answered';
  const overflowed =
    event.type === 'call.overflowed' || (event.type === 'call.ended' && event.body.outcome === 'survived');
  const { [call]: _, ...waiting } = day.waiting;
  return {
    waiting,
    queues: {
      ...day.queues,
      [wait.queue]: {
        ...before,
        answered: before.answered + (answered ? 1 : 0),
        abandoned: before.abandoned + (answered || overflowed ? 0 : 1),
        overflowed: before.overflowed + (overflowed ? 1 : 0),
        withinLevel: before.withinLevel + (answered && waitedMs <= levelMs(wait.queue) ? 1 : 0),
        longestWaitMs: Math.max(before.longestWaitMs, waitedMs),
      },
    },
  };
}

const leaves = (
  event: KnownEvent | undefined,
): event is Extract<KnownEvent, { type: 'call.answered' | 'call.ended' | 'call.overflowed' }> =>
  event?.type === 'call.answered' || event?.type === 'call.ended' || event?.type === 'call.overflowed';
