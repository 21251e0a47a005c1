/**
 * Whether a queue is served: callers wait where nobody has signed in, somebody waits too long, too few were answered in time. Pure:
 * `(state, what the queue is now, rules, now) -> (state, alarms)`. An alarm stays until its fault has been gone for a while: a queue
 * that serves one caller and lets the next wait as long has not recovered.
 */
import type { AlarmCode } from '@branchline/contracts/alarms';
import type { QueueAlarmRules } from '@branchline/contracts/branch/queues/alarm';

export const QUEUE_ALARMS = [
  'queue-unattended',
  'queue-waiting',
  'queue-service-level',
] as const satisfies readonly AlarmCode[];
export type QueueAlarm = (typeof QUEUE_ALARMS)[number];

/** So long a fault must have been gone to be over, ms. */
export const GONE_MS = 60_000;
/** The share answered in time is over the threshold by so much to be good again, percent. */
const BETTER_PERCENT = 5;
/** Between two counts that are kept, ms. */
const COUNT_MS = 60_000;

export interface SeenQueue {
  /** Callers who wait, and how long the first of them has, ms. */
  readonly waiting: number;
  readonly longestMs: number;
  readonly signedIn: number;
  /** Since midnight. */
  readonly decided: number;
  readonly answeredWithin: number;
}

interface Count {
  readonly at: number;
  readonly decided: number;
  readonly answeredWithin: number;
}

export interface QueueWatchState {
  readonly unattendedSince?: number;
  /** The first was before the time over which is counted, or when counting began; the last is the latest. */
  readonly counts: readonly Count[];
  /** Open, and since when the fault is gone. */
  readonly open: Partial<Readonly<Record<QueueAlarm, { readonly goneSince?: number }>>>;
}

export const UNSEEN: QueueWatchState = { counts: [], open: {} };

export interface QueueVerdict {
  readonly state: QueueWatchState;
  /** Each that is open now, with what it says. */
  readonly open: Partial<Readonly<Record<QueueAlarm, string>>>;
}

/** @param now monotonic ms */
export function queueStep(
  before: QueueWatchState,
  seen: SeenQueue,
  rules: QueueAlarmRules,
  now: number,
): QueueVerdict {
  const isUnattended = seen.waiting > 0 && seen.signedIn === 0;
  const since = isUnattended ? (before.unattendedSince ?? now) : undefined;
  const counts = counted(before.counts, seen, rules.serviceLevel?.overMs ?? 0, now);
  const level = levelOf(counts, rules);
  const { unattendedMs, longestWaitMs, serviceLevel } = rules;
  const wasLow = before.open['queue-service-level'] !== undefined;
  const least = (serviceLevel?.percent ?? 0) + (wasLow ? BETTER_PERCENT : 0);
  const faults: Record<QueueAlarm, string | undefined> = {
    'queue-unattended':
      since !== undefined && unattendedMs > 0 && now - since >= unattendedMs ? `${seen.waiting}` : undefined,
    'queue-waiting':
      longestWaitMs !== undefined && seen.waiting > 0 && seen.longestMs >= longestWaitMs
        ? `${span(seen.longestMs)} > ${span(longestWaitMs)} (${seen.waiting})`
        : undefined,
    'queue-service-level':
      level !== undefined && serviceLevel && level.percent < Math.min(100, least)
        ? `${level.percent} % < ${serviceLevel.percent} % (${level.calls})`
        : undefined,
  };
  const open: Partial<Record<QueueAlarm, { goneSince?: number }>> = {};
  const told: Partial<Record<QueueAlarm, string>> = {};
  for (const code of QUEUE_ALARMS) {
    const fault = faults[code];
    const goneSince = fault === undefined ? (before.open[code]?.goneSince ?? now) : undefined;
    if (fault === undefined && (!before.open[code] || now - (goneSince ?? now) >= GONE_MS)) continue;
    open[code] = goneSince === undefined ? {} : { goneSince };
    told[code] = fault ?? '';
  }
  return { state: { counts, open, ...(since === undefined ? {} : { unattendedSince: since }) }, open: told };
}

/** What was counted a day ago, or by a service before this one, is no part of it: the figures begin anew at midnight. */
function counted(
  before: readonly Count[],
  { decided, answeredWithin }: SeenQueue,
  overMs: number,
  now: number,
): readonly Count[] {
  const latest = { at: now, decided, answeredWithin };
  const last = before.at(-1);
  if (!last || decided < last.decided) return [latest];
  // The last but one is a count's age before the last: the last moves until it is as old.
  const previous = before.at(-2);
  const kept = previous && now - previous.at < COUNT_MS ? before.slice(0, -1) : before;
  const from = kept.findLastIndex(({ at }) => at <= now - overMs);
  return [...kept.slice(Math.max(0, from)), latest];
}

function levelOf(
  counts: readonly Count[],
  { serviceLevel }: QueueAlarmRules,
): { readonly percent: number; readonly calls: number } | undefined {
  const [first, last] = [counts[0], counts.at(-1)];
  if (!first || !last || !serviceLevel) return undefined;
  const calls = last.decided - first.decided;
  if (calls < serviceLevel.calls) return undefined;
  return { percent: Math.round((100 * (last.answeredWithin - first.answeredWithin)) / calls), calls };
}

/** Minutes and seconds, as a clock shows them. */
function span(ms: number): string {
  const s = Math.round(ms / 1_000);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}
