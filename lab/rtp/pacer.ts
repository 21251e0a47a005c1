/**
 * Paces any number of streams at one frame each 20 ms with a single timer.
 *
 * Due times are multiples counted from the start, so lateness never adds up. Streams are spread over four slots of 5 ms,
 * so that a hundred of them do not send in one burst.
 */

export const FRAME_MS = 20;
const SLOTS = 4;
const SLOT_MS = FRAME_MS / SLOTS;
/** A pause of the whole process longer than this is not made good by a burst: the frames were never spoken. */
const CATCH_UP_MS = 200;

export interface PacerStats {
  /** The latest that a slot ever ran, in ms: how far measurements made by this process can be trusted. */
  readonly maxLateMs: number;
  /** Slots that were left out after a pause of the process. */
  readonly skippedSlots: number;
}

export interface Pacer {
  /** `tick` runs each 20 ms until the returned function is called. */
  add(tick: () => void): () => void;
  stats(): PacerStats;
  resetStats(): void;
}

export function createPacer(now: () => number = () => performance.now()): Pacer {
  const slots = Array.from({ length: SLOTS }, () => new Set<() => void>());
  let size = 0;
  let due = 0;
  let turn = 0;
  let timer: NodeJS.Timeout | undefined;
  let maxLateMs = 0;
  let skippedSlots = 0;

  const schedule = (): void => {
    timer = size > 0 ? setTimeout(run, Math.max(1, Math.ceil(due - now()))) : undefined;
  };
  const skipAhead = (lateMs: number): void => {
    const missed = Math.floor(lateMs / SLOT_MS);
    skippedSlots += missed;
    due += missed * SLOT_MS;
    turn += missed;
  };
  const run = (): void => {
    const late = now() - due;
    if (late > maxLateMs) maxLateMs = late;
    if (late > CATCH_UP_MS) skipAhead(late);
    while (due <= now()) {
      for (const tick of slots[turn % SLOTS] ?? []) tick();
      due += SLOT_MS;
      turn++;
    }
    schedule();
  };

  return {
    add: (tick) => {
      const slot = slots.reduce((least, each) => (each.size < least.size ? each : least));
      slot.add(tick);
      size++;
      if (timer === undefined) {
        due = now() + SLOT_MS;
        schedule();
      }
      return () => {
        if (slot.delete(tick)) size--;
        if (size > 0) return;
        clearTimeout(timer);
        timer = undefined;
      };
    },
    stats: () => ({ maxLateMs, skippedSlots }),
    resetStats: () => {
      maxLateMs = 0;
      skippedSlots = 0;
    },
  };
}
