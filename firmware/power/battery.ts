/**
 * What is known of a battery, and how long it lasts. Pure. The unit of what it holds is the load-minute: percent of the
 * UPS's load times minutes; it is learnt from each discharge that is long enough, as makers' figures are for new ones.
 */
import type { BatteryVerdict } from '@branchline/contracts/power';
import type { UpsBattery } from '@branchline/contracts/branch/power';
import type { UpsReading } from './reading.ts';

export interface Trial {
  readonly at: number;
  readonly kind: 'test' | 'outage';
  readonly verdict: BatteryVerdict;
  readonly lastedMs: number;
  readonly usedPercent?: number;
}

export interface Battery {
  /** Load-minutes of a full charge, as learnt; undefined before the first long discharge. */
  readonly holds?: number;
  /** What it held when it was measured first. */
  readonly heldFirst?: number;
  readonly trials: readonly Trial[];
}

/** A discharge in progress. `mark`: where measuring begins, once the voltage has stopped to sag under the load. */
export interface Discharge {
  readonly since: number;
  readonly lastAt: number;
  readonly kind: 'test' | 'outage';
  /** Charge as it began, and as it was last, percent. */
  readonly from?: number;
  readonly charge?: number;
  readonly mark?: { readonly at: number; readonly charge: number };
  /** Load-minutes taken since `mark`. */
  readonly spent: number;
  /** The mains are back, and not believed yet. */
  readonly paused?: true;
}

/** Of a battery nobody has measured and of whose maker nothing is written: 5 min at full load, a small office UPS. */
const UNKNOWN_HOLDS = 500;
/** The load of a UPS that does not tell it, percent. */
const UNKNOWN_LOAD = 50;
/** How long a battery's voltage sags before it follows its charge, ms. */
const SAG_MS = 10_000;
/** A discharge shows a rate once it took so much of the charge, percent, in so long, ms. */
const LEAST_USED = 5;
const LEAST_MS = 20_000;
/** What a battery holds is learnt from a discharge of so much, percent. */
const LEARN_USED = 20;
const MOST_TRIALS = 12;
/** Held against its first measure: less, percent, and it wants to be replaced. */
const WORN_PERCENT = 60;

/**
 * Percent; undefined where nothing tells. A lead battery is empty at 104/120 of its nominal voltage and full at 130/120, as NUT's
 * blazer and nutdrv_qx drivers reckon (nutdrv_qx(8), `default.battery.voltage.low` and `.high`).
 */
export function chargeOf({ chargePercent, batteryV, nominalBatteryV }: UpsReading): number | undefined {
  if (chargePercent !== undefined) return clamp(chargePercent);
  if (batteryV === undefined || nominalBatteryV === undefined || nominalBatteryV <= 0) return undefined;
  // On-line units tell the voltage of one cell, of 2 V nominal.
  const volts = batteryV < 4 && nominalBatteryV >= 12 ? (batteryV * nominalBatteryV) / 2 : batteryV;
  const [low, high] = [(nominalBatteryV * 104) / 120, (nominalBatteryV * 130) / 120];
  return clamp(((volts - low) / (high - low)) * 100);
}

export function beginDischarge(kind: Discharge['kind'], reading: UpsReading, now: number): Discharge {
  const charge = chargeOf(reading);
  return {
    since: now,
    lastAt: now,
    kind,
    spent: 0,
    ...(charge === undefined ? {} : { from: charge, charge }),
  };
}

/** The mains were back and are gone again: one outage, measured anew. */
export function resume({ since, from }: Discharge, reading: UpsReading, now: number): Discharge {
  return { ...beginDischarge('outage', reading, now), since, ...(from === undefined ? {} : { from }) };
}

export function goOn(discharge: Discharge, reading: UpsReading, now: number): Discharge {
  const charge = chargeOf(reading);
  const next = { ...discharge, lastAt: now, ...(charge === undefined ? {} : { charge }) };
  if (charge === undefined || now - discharge.since < SAG_MS) return next;
  if (!discharge.mark) return { ...next, mark: { at: now, charge } };
  const minutes = Math.max(0, now - discharge.lastAt) / 60_000;
  return { ...next, spent: discharge.spent + minutes * loadOf(reading) };
}

export interface TimeLeft {
  readonly ms: number;
  readonly by: 'ups' | 'measured' | 'battery';
}

/** The least of what is known: one source that lies costs nothing. Undefined when nothing tells. */
export function timeLeft(
  battery: Battery,
  written: UpsBattery | undefined,
  reading: UpsReading,
  discharge: Discharge | undefined,
): TimeLeft | undefined {
  const said: TimeLeft[] =
    reading.minutesLeft === undefined ? [] : [{ ms: reading.minutesLeft * 60_000, by: 'ups' }];
  const charge = chargeOf(reading);
  const held = battery.holds ?? (said.length === 0 ? heldAsWritten(written) : undefined);
  const byBattery: TimeLeft[] =
    charge === undefined || held === undefined
      ? []
      : [{ ms: ((held * charge) / 100 / loadOf(reading)) * 60_000, by: 'battery' }];
  return [...said, ...byBattery, ...measured(discharge)].sort((a, b) => a.ms - b.ms)[0];
}

function measured(discharge: Discharge | undefined): TimeLeft[] {
  const { mark, charge, lastAt = 0 } = discharge ?? {};
  if (!mark || charge === undefined) return [];
  const [used, ms] = [mark.charge - charge, lastAt - mark.at];
  return used >= LEAST_USED && ms >= LEAST_MS ? [{ ms: (charge / used) * ms, by: 'measured' }] : [];
}

const heldAsWritten = (written: UpsBattery | undefined): number =>
  written ? (written.lastsMs / 60_000) * written.load : UNKNOWN_HOLDS;

/** The discharge is over: what it says of the battery. */
export function learn(
  battery: Battery,
  discharge: Discharge,
  verdict: BatteryVerdict,
  now: number,
): { readonly battery: Battery; readonly trial: Trial } {
  const used = usedOf(discharge);
  const trial: Trial = {
    at: now,
    kind: discharge.kind,
    verdict,
    lastedMs: Math.max(0, discharge.lastAt - discharge.since),
    ...(used === undefined ? {} : { usedPercent: used }),
  };
  const trials = [...battery.trials, trial].slice(-MOST_TRIALS);
  const holds = heldBy(battery, discharge, verdict);
  if (holds === undefined) return { battery: { ...battery, trials }, trial };
  const { heldFirst = holds } = isNew(battery, holds) ? {} : battery;
  return { battery: { trials, holds, heldFirst }, trial };
}

/** No battery comes to hold half as much again: it was replaced. */
const isNew = ({ holds }: Battery, now: number): boolean => holds !== undefined && now > holds * 1.5;

/** One that died had no more than it gave, whatever it said. */
function heldBy(battery: Battery, discharge: Discharge, verdict: BatteryVerdict): number | undefined {
  const { mark, charge, spent, from = 100 } = discharge;
  if (verdict === 'died-early') {
    const gave = Math.max(1, (spent / Math.max(1, from)) * 100);
    return Math.min(battery.holds ?? gave, gave);
  }
  if (!mark || charge === undefined || mark.charge - charge < LEARN_USED) return battery.holds;
  const now = (spent / (mark.charge - charge)) * 100;
  return battery.holds === undefined || isNew(battery, now) ? now : (battery.holds + now) / 2;
}

function usedOf({ from, charge }: Discharge): number | undefined {
  return from === undefined || charge === undefined ? undefined : Math.round(clamp(from - charge));
}

/** Percent of what it held first; undefined before it was measured. */
export function batteryHealth({ holds, heldFirst }: Battery): number | undefined {
  return holds === undefined || heldFirst === undefined
    ? undefined
    : Math.round(clamp((holds / heldFirst) * 100));
}

/** Worn, or failed its last trial. */
export function isWorn(battery: Battery): boolean {
  const health = batteryHealth(battery);
  const last = battery.trials.at(-1)?.verdict;
  return (health !== undefined && health < WORN_PERCENT) || last === 'failed' || last === 'died-early';
}

const loadOf = ({ loadPercent = UNKNOWN_LOAD }: UpsReading): number => Math.max(1, loadPercent);
const clamp = (percent: number): number => Math.min(100, Math.max(0, percent));
