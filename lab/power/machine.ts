/** A UPS with a lead battery, as physics has it in outline: charge goes with the load, voltage with the charge, and both come back with the mains. Pure. */
import type { LabUpsFault } from '@branchline/contracts/lab';

export interface MachinePlan {
  /** Of what it is made for, percent. */
  readonly load: number;
  /** How long a full battery lasts at that load, ms. */
  readonly lastsMs: number;
  /** How long it takes to be full again, ms. */
  readonly chargesMs: number;
  readonly nominalBatteryV: 12 | 24 | 48;
}

export const SMALL_OFFICE: MachinePlan = {
  load: 30,
  lastsMs: 360_000,
  chargesMs: 120_000,
  nominalBatteryV: 24,
};

export interface Machine {
  readonly at: number;
  /** 0 to 1. */
  readonly charge: number;
  /** A test is running until then. */
  readonly testUntil?: number;
  /** Its outlets will be cut then. */
  readonly cutAt?: number;
  /** Its outlets give no power. */
  readonly off: boolean;
}

export const newMachine = (now: number): Machine => ({ at: now, charge: 1, off: false });

const MAINS_V = 230;
/** Below it says that its battery is low, of 1. */
const LOW = 0.15;
const TEST_MS = 10_000;

export function moved(
  machine: Machine,
  plan: MachinePlan,
  faults: ReadonlySet<LabUpsFault>,
  now: number,
): Machine {
  const { testUntil, cutAt, ...rest } = machine;
  const ms = Math.max(0, now - machine.at);
  const mains = !faults.has('mains-off');
  const testing = testUntil !== undefined && now < testUntil;
  const lasts = plan.lastsMs * (faults.has('bad-battery') ? 0.25 : 1);
  const flow = mains && !testing ? ms / plan.chargesMs : -ms / lasts;
  const charge = Math.min(1, Math.max(0, machine.off && !mains ? machine.charge : machine.charge + flow));
  const cut = cutAt !== undefined && now >= cutAt;
  const empty = !mains && charge <= 0;
  const back = machine.off && mains;
  return {
    ...rest,
    at: now,
    charge,
    off: back ? false : machine.off || empty || cut,
    ...(testing ? { testUntil } : {}),
    ...(cutAt === undefined || cut ? {} : { cutAt }),
  };
}

export type Order =
  { readonly order: 'test' | 'end-test' | 'stay' } | { readonly order: 'cut'; readonly afterMs: number };

export function ordered(machine: Machine, order: Order, now: number): Machine {
  const { testUntil, cutAt, ...rest } = machine;
  const test = testUntil === undefined ? {} : { testUntil };
  const cut = cutAt === undefined ? {} : { cutAt };
  switch (order.order) {
    case 'test':
      return { ...rest, ...cut, testUntil: now + TEST_MS };
    case 'end-test':
      return { ...rest, ...cut };
    case 'stay':
      return { ...rest, ...test };
    case 'cut':
      return { ...rest, ...test, cutAt: now + order.afterMs };
  }
}

export interface Shown {
  readonly inputV: number;
  readonly outputV: number;
  readonly load: number;
  readonly frequency: number;
  readonly batteryV: number;
  readonly temperatureC: number;
  /** From bit 7: mains fail, low, boost, failed, standby, testing, cutting, beeper. */
  readonly bits: readonly boolean[];
}

/** What it shows at its serial line. */
export function shownBy(machine: Machine, plan: MachinePlan, faults: ReadonlySet<LabUpsFault>): Shown {
  const mains = !faults.has('mains-off');
  const testing = machine.testUntil !== undefined;
  const told = faults.has('lies') ? 1 : machine.charge;
  const low = faults.has('says-low') || (told < LOW && (!mains || testing));
  const nominal = plan.nominalBatteryV;
  const wrong = faults.has('wrong-values');
  return {
    inputV: wrong ? 987.6 : mains ? MAINS_V : 0,
    outputV: MAINS_V,
    load: faults.has('overload') ? 118 : plan.load,
    frequency: mains ? 50 : 0,
    batteryV: (nominal * (104 + 26 * told)) / 120,
    temperatureC: 28,
    bits: [!mains, low, false, false, true, testing, machine.cutAt !== undefined, false],
  };
}
