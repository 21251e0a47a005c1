/** What goes over an interface: how full it is now, and how much it was since the first of the month. Pure. */
import type { Uplink } from '@branchline/contracts/branch/network';

/** Of an interface since it was made, bytes. */
export interface Counters {
  readonly down: number;
  readonly up: number;
}

interface Reading extends Counters {
  /** Monotonic, ms. */
  readonly at: number;
}

export interface Traffic {
  readonly readings: readonly Reading[];
  readonly busy: boolean;
}

/** A download of a few seconds is nobody's trouble, ms. */
const OVER_MS = 60_000;
/** Full is so until it is below this part of the limit. */
const UNTIL = 0.85;

export const noTraffic: Traffic = { readings: [], busy: false };

export function trafficStep(
  before: Traffic,
  now: Reading,
  capacity: Uplink['capacity'],
  limitPercent: number,
): Traffic {
  const last = before.readings.at(-1);
  const anew = last !== undefined && (now.down < last.down || now.up < last.up);
  const kept = anew ? [] : before.readings.filter(({ at }) => now.at - at <= OVER_MS);
  const next = { readings: [...kept, now], busy: before.busy };
  const percent = usedPercent(next, capacity);
  if (percent === null) return { ...next, busy: false };
  const spans = now.at - (next.readings[0]?.at ?? now.at) >= OVER_MS * 0.8;
  return { ...next, busy: spans ? percent > limitPercent * (before.busy ? UNTIL : 1) : before.busy };
}

/** Mbit/s over the last minute; null before two readings. */
export function rates({ readings }: Traffic): { readonly down: number; readonly up: number } | null {
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last || last.at <= first.at) return null;
  const of = (key: 'down' | 'up'): number => ((last[key] - first[key]) * 8) / (last.at - first.at) / 1_000;
  return { down: of('down'), up: of('up') };
}

/** Of the fuller direction; null where no capacity is stated. */
export function usedPercent(traffic: Traffic, capacity: Uplink['capacity']): number | null {
  const now = rates(traffic);
  return now && capacity ? 100 * Math.max(now.down / capacity.down, now.up / capacity.up) : null;
}

/** Kept over restarts. */
export interface Usage {
  /** As '2026-11', in the branch's time zone. */
  readonly month: string;
  readonly bytes: number;
  readonly last: Counters;
  /** Of the machine, a new one with each start of it. */
  readonly boot: string;
}

export function usageStep(before: Usage | undefined, now: Omit<Usage, 'bytes'>): Usage {
  const { last, boot, month } = now;
  // Of an interface that was made anew, or a machine that was started anew, all is since then.
  const anew = !before || boot !== before.boot || last.down < before.last.down || last.up < before.last.up;
  const since = anew ? { down: 0, up: 0 } : before.last;
  // What went before the box was first told of the uplink is not known to be of this month.
  const more = before ? last.down - since.down + (last.up - since.up) : 0;
  return { ...now, month, bytes: (before?.month === month ? before.bytes : 0) + more };
}

/** To the cent; null where the document states no price. */
export const costOf = ({ bytes }: Usage, price: Uplink['price']): number | null =>
  price ? Math.round((bytes / 1e9) * price.perGb * 100) / 100 : null;
