/**
 * Waits hour by hour, as a centre is run. A percentile of a whole day looks at little else than how waiting was shared out within its one or two
 * worst hours: where all who waited longest came in one hour, the 95th of the day lies in the middle of that hour's.
 */
import type { Served } from '@branchline/firmware/acd/testing/centre';

export interface ByHour {
  /** 95th percentile within each hour of coming, weighed by the answered of that hour. */
  readonly hourP95WaitMs: number;
  readonly worstHourP95WaitMs: number;
  readonly longestWaitMs: number;
  /** Percent of all callers who were answered within 20 s. */
  readonly serviceLevel: number;
  /** By how much waits differ (standard deviation) among those who came within the same five minutes, VIPs apart. */
  readonly unevenMs: number;
}

const HOUR_MS = 3_600_000;
const NEIGHBOURS_MS = 300_000;
const GOAL_MS = 20_000;

export function byHour(
  served: readonly Served[],
  percentile: (waits: number[], part: number) => number,
): ByHour {
  const answered = served.filter(({ agent }) => agent !== undefined);
  const hours = [...grouped(answered, ({ caller }) => String(Math.floor(caller.at / HOUR_MS))).values()];
  const ofHours = hours.map((waits) => percentile(waits, 0.95));
  const weighed = ofHours.reduce((sum, p95, index) => sum + p95 * (hours[index]?.length ?? 0), 0);
  const longest = answered.reduce((most, { waitedMs }) => Math.max(most, waitedMs), 0);
  const inTime = answered.filter(({ waitedMs }) => waitedMs <= GOAL_MS).length;
  return {
    hourP95WaitMs: weighed / answered.length,
    worstHourP95WaitMs: Math.max(...ofHours),
    longestWaitMs: longest,
    serviceLevel: (100 * inTime) / served.length,
    unevenMs: uneven(answered),
  };
}

function uneven(answered: readonly Served[]): number {
  const slot = ({ caller }: Served): string =>
    `${Math.floor(caller.at / NEIGHBOURS_MS)}${caller.vip ? ' vip' : ''}`;
  let squares = 0;
  for (const waits of grouped(answered, slot).values()) {
    const middle = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    squares += waits.reduce((sum, wait) => sum + (wait - middle) ** 2, 0);
  }
  return Math.sqrt(squares / answered.length);
}

function grouped(served: readonly Served[], key: (one: Served) => string): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const one of served) {
    const waits = groups.get(key(one));
    if (waits) waits.push(one.waitedMs);
    else groups.set(key(one), [one.waitedMs]);
  }
  return groups;
}
