/**
 * What is done as a disk fills up: warned, leftovers let go, no new recording begun, all before the ledger suffers; and taken back with
 * room between coming and going, so that nothing flutters. Pure.
 */
import type { AlarmCode } from '@branchline/contracts/alarms';
import type { DiskRules } from '@branchline/contracts/branch/disk';
import { fullAt, withToday, type DiskDays } from './disk-forecast.ts';
import type { DiskReading } from './host.ts';

/** The better first. */
export type DiskLevel = 'ok' | 'filling' | 'low' | 'held' | 'full' | 'read-only';

/** One fault, one alarm: of a disk only the worst is told. */
const ALARMS: Readonly<Record<Exclude<DiskLevel, 'ok'>, AlarmCode>> = {
  filling: 'disk-filling',
  low: 'disk-low',
  held: 'recordings-held',
  full: 'disk-full',
  'read-only': 'disk-read-only',
};

/** Percent used; the second of each pair is where it is over. */
const LOW = { from: 90, until: 87 };
/** Megabytes free, for everybody but root: the ledger's own floor. */
const FULL = { below: 16, until: 64 };
/** How far above a floor it is over, as a factor. */
const OVER = 1.25;
/** How much later than the document's warning the forecast must be for the warning to be over, ms. */
const WARNED_MORE_MS = 2 * 86_400_000;

export interface GuardState {
  readonly levels: Readonly<Record<string, DiskLevel>>;
  readonly days: DiskDays;
  /** Ms since 1970, by mount point. */
  readonly fullAt: Readonly<Record<string, number>>;
  /** Why no new recording begins; null while they do. */
  readonly held: string | null;
  /** Why no message is taken; null while they are. */
  readonly refused: string | null;
  /** There is less room than leftovers may take up. */
  readonly short: boolean;
}

export interface GuardReading {
  readonly disks: readonly DiskReading[];
  /** The proof that a figure can only suggest: the ledger could not be written. */
  readonly ledgerRefused: boolean;
}

export type GuardEffect =
  | { readonly do: 'raise'; readonly code: AlarmCode; readonly mount: string; readonly detail: string }
  | { readonly do: 'clear'; readonly code: AlarmCode; readonly mount: string }
  | { readonly do: 'hold-recordings'; readonly because: string | null }
  | { readonly do: 'refuse-messages'; readonly because: string | null }
  | { readonly do: 'let-go' }
  | { readonly do: 'keep'; readonly days: DiskDays };

export const newGuard = (days: DiskDays = {}): GuardState => ({
  ...{ levels: {}, days, fullAt: {} },
  ...{ held: null, refused: null, short: false },
});

export function guard(
  before: GuardState,
  { disks, ledgerRefused }: GuardReading,
  now: number,
  rules: DiskRules,
): { readonly state: GuardState; readonly effects: readonly GuardEffect[] } {
  const days = disks.reduce((known, disk) => withToday(known, disk, now), before.days);
  const effects: GuardEffect[] = [];
  const levels: Record<string, DiskLevel> = {};
  const ends: Record<string, number> = {};
  for (const disk of disks) {
    const end = fullAt(days[disk.mount] ?? [], disk, now);
    if (end !== undefined) ends[disk.mount] = end;
    const was = before.levels[disk.mount] ?? 'ok';
    const level = diskLevel(was, disk, { rules, ledgerRefused, leftMs: end && end - now });
    levels[disk.mount] = level;
    effects.push(...alarmsOf(disk, level, end));
  }
  const ledger = disks.find((disk) => disk.ledger);
  const held = ledger ? heldBecause(levels[ledger.mount]) : before.held;
  if (held !== before.held) effects.push({ do: 'hold-recordings', because: held });
  const refused = ledger ? refusedBecause(before, levels[ledger.mount], ledger, rules) : before.refused;
  if (refused !== before.refused) effects.push({ do: 'refuse-messages', because: refused });
  const short = ledger !== undefined && ledger.freeMb < leftoversFloor(ledger, rules);
  if (short && (!before.short || days !== before.days)) effects.push({ do: 'let-go' });
  if (days !== before.days) effects.push({ do: 'keep', days });
  return { state: { levels, days, fullAt: ends, held, refused, short }, effects };
}

interface About {
  readonly rules: DiskRules;
  readonly ledgerRefused: boolean;
  /** Until it is full at the present rate; undefined where it is not. */
  readonly leftMs?: number | undefined;
}

export function diskLevel(before: DiskLevel, disk: DiskReading, { rules, ...about }: About): DiskLevel {
  if (disk.readOnly) return 'read-only';
  const { freeMb } = disk;
  if (disk.ledger) {
    if (about.ledgerRefused || freeMb < (before === 'full' ? FULL.until : FULL.below)) return 'full';
    const floor = recordingsFloor(disk, rules);
    if (freeMb < (isHeld(before) ? floor * OVER : floor)) return 'held';
  }
  const wasLow = before !== 'ok' && before !== 'filling';
  if (disk.usedPercent >= (wasLow ? LOW.until : LOW.from)) return 'low';
  const warnMs = rules.warnMs + (before === 'filling' ? WARNED_MORE_MS : 0);
  return about.leftMs !== undefined && about.leftMs < warnMs ? 'filling' : 'ok';
}

/** MB. A small disk gives a tenth; the ledger's floor is always far beneath. */
export const recordingsFloor = ({ totalMb }: Pick<DiskReading, 'totalMb'>, rules: DiskRules): number =>
  Math.max(2 * FULL.below, Math.min(rules.recordingsMb, totalMb / 10));

/** MB. Messages are few and short, and what a caller has said cannot be said again: they go on when recordings have stopped. */
export const messagesFloor = ({ totalMb }: Pick<DiskReading, 'totalMb'>, rules: DiskRules): number =>
  Math.max(1.5 * FULL.below, Math.min(rules.messagesMb, totalMb / 50));

/** Megabytes that may be written before anything is done about a disk. */
export const roomToSpare = (disk: DiskReading, rules: DiskRules): number =>
  Math.max(0, disk.freeMb - Math.max(leftoversFloor(disk, rules), disk.totalMb * (1 - LOW.from / 100)));

const leftoversFloor = (disk: DiskReading, rules: DiskRules): number =>
  Math.max(recordingsFloor(disk, rules), Math.min(rules.leftoversMb, disk.totalMb / 5));

const isHeld = (level: DiskLevel): boolean => level === 'held' || level === 'full' || level === 'read-only';

const READ_ONLY = 'disk is read-only';
const NO_ROOM = 'disk has no room to spare';

/** As the ledger says it of each call. */
function heldBecause(level: DiskLevel | undefined): string | null {
  if (level === 'read-only') return READ_ONLY;
  return level !== undefined && isHeld(level) ? NO_ROOM : null;
}

function refusedBecause(
  { refused }: GuardState,
  level: DiskLevel | undefined,
  disk: DiskReading,
  rules: DiskRules,
): string | null {
  if (level === 'read-only') return READ_ONLY;
  const floor = messagesFloor(disk, rules) * (refused === null ? 1 : OVER);
  return level === 'full' || disk.freeMb < floor ? NO_ROOM : null;
}

function alarmsOf(
  { mount, usedPercent, freeMb }: DiskReading,
  level: DiskLevel,
  end: number | undefined,
): GuardEffect[] {
  const day = end === undefined ? '' : `, 100 %: ${new Date(end).toISOString().slice(0, 10)}`;
  const detail = `${usedPercent} % (${freeMb} MB)${day}`;
  return Object.entries(ALARMS).map(([at, code]) =>
    at === level ? { do: 'raise', code, mount, detail } : { do: 'clear', code, mount },
  );
}
