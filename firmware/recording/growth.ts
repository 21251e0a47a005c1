/** Whether a recording still grows: evidence, as the engine reports nothing when a disk refuses. Pure. */

export interface Growth {
  readonly bytes: number;
  /** When it grew last, ms of a monotonic clock. */
  readonly grewAt: number;
  readonly stalled: boolean;
  /** Nothing has come at all, longer than the first buffer takes. */
  readonly empty: boolean;
}

/** The engine writes every 1 to 2 s (a 32 KiB buffer at 32 kB/s); three times that is no accident, and leaves time for an alarm within 10 s. */
export const STALL_MS = 6_000;
/** The engine's first buffer and as much again. */
export const EMPTY_MS = 3_000;

export function startGrowth(now: number): Growth {
  return { bytes: 0, grewAt: now, stalled: false, empty: false };
}

export function look(growth: Growth, bytes: number, now: number): Growth {
  if (bytes > growth.bytes) return { bytes, grewAt: now, stalled: false, empty: false };
  const quietMs = now - growth.grewAt;
  return { ...growth, stalled: quietMs >= STALL_MS, empty: growth.bytes === 0 && quietMs >= EMPTY_MS };
}
