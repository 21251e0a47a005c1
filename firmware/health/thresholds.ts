/** When a disk is nearly full, and when it is full; with room between coming and going, so that an alarm does not flutter. Pure. */
import type { DiskReading } from './host.ts';

export type DiskLevel = 'ok' | 'low' | 'full';

/** Percent used; the second of each pair is where the alarm goes again. */
const LOW = { from: 90, until: 87 };
/** Megabytes free, for everybody but root. */
const FULL = { below: 16, until: 64 };

/** `refusesWrites` is the proof that a figure can only suggest: the ledger could not be written. */
export function diskLevel(before: DiskLevel, disk: DiskReading, refusesWrites: boolean): DiskLevel {
  if (disk.ledger && (refusesWrites || disk.freeMb < (before === 'full' ? FULL.until : FULL.below)))
    return 'full';
  return disk.usedPercent >= (before === 'ok' ? LOW.from : LOW.until) ? 'low' : 'ok';
}
