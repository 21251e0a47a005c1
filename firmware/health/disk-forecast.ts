/** The day a disk is full, from what was free on the days before: a straight line through them. Pure. */
import type { DiskReading } from './host.ts';

/** What was free when a day was first looked at. */
export interface DayFigure {
  /** Ms since 1970. */
  readonly at: number;
  readonly freeMb: number;
  readonly totalMb: number;
}
/** By mount point, the oldest first. */
export type DiskDays = Readonly<Record<string, readonly DayFigure[]>>;

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 30;
/** Two points always lie on a line: fewer days say nothing. */
const FEWEST_DAYS = 3;
/** Room that came back is no part of the rate at which it goes, in parts of the disk. */
const CLEARED = 0.05;
/** Nobody plans by what lies beyond, in days. */
const FARTHEST_DAYS = 2 * 365;

/** With today's figure, where there is none yet. What a jump of the clock has left in the future goes. */
export function withToday(days: DiskDays, disk: DiskReading, now: number): DiskDays {
  const known = days[disk.mount] ?? [];
  const today = dayOf(now);
  const before = known.filter(({ at }) => dayOf(at) <= today && dayOf(at) > today - LONGEST_DAYS);
  const hasToday = before.some(({ at }) => dayOf(at) === today);
  if (hasToday && before.length === known.length) return days;
  const { freeMb, totalMb } = disk;
  const figures = hasToday ? before : [...before, { at: now, freeMb, totalMb }];
  return { ...days, [disk.mount]: figures };
}

/** Ms since 1970; undefined where the disk does not fill up, is not full within two years, or fewer than three days are known. */
export function fullAt(
  figures: readonly DayFigure[],
  disk: Pick<DiskReading, 'freeMb' | 'totalMb'>,
  now: number,
): number | undefined {
  const before = figures.filter(({ at }) => dayOf(at) < dayOf(now));
  const run = sinceCleared([...before, { at: now, freeMb: disk.freeMb, totalMb: disk.totalMb }]);
  if (run.length < FEWEST_DAYS) return undefined;
  const perMs = slope(run);
  if (perMs >= 0) return undefined;
  const leftMs = disk.freeMb / -perMs;
  return leftMs > FARTHEST_DAYS * DAY_MS ? undefined : now + leftMs;
}

/** Somebody made room, or put another disk in: what was before says nothing of what comes. */
function sinceCleared(figures: readonly DayFigure[]): readonly DayFigure[] {
  const last = figures.findLastIndex((figure, index) => {
    const before = figures[index - 1];
    if (!before) return false;
    return before.totalMb !== figure.totalMb || figure.freeMb - before.freeMb > CLEARED * figure.totalMb;
  });
  return figures.slice(Math.max(0, last));
}

/** MB free gained each ms, by least squares. */
function slope(figures: readonly DayFigure[]): number {
  const mean = (of: (figure: DayFigure) => number): number =>
    figures.reduce((sum, figure) => sum + of(figure), 0) / figures.length;
  const [at, free] = [mean((figure) => figure.at), mean((figure) => figure.freeMb)];
  const spread = figures.reduce((sum, figure) => sum + (figure.at - at) ** 2, 0);
  const together = figures.reduce((sum, figure) => sum + (figure.at - at) * (figure.freeMb - free), 0);
  return spread > 0 ? together / spread : 0;
}

const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
