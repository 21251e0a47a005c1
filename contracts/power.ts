/** What the box knows of its power: in the health report, in the ledger. Drawn in docs/power.md. */
import * as z from 'zod';

const time = z.iso.datetime();
const ms = z.number().min(0);
const percent = z.number().min(0).max(100);
const minutes = z.number().min(0);
const name = z.string().min(1).max(80);

/**
 * Of one UPS. `low`: on its battery, and near its end or no longer heard. `lost`: not heard, with the mains there when it was heard last.
 * `unknown`: never heard.
 */
export const UPS_STATES = ['unknown', 'mains', 'battery', 'low', 'lost'] as const;
export type UpsCondition = (typeof UPS_STATES)[number];

/** Of the branch, out of all its UPS. */
export const SUPPLY_STATES = ['unknown', 'mains', 'battery', 'low'] as const;
export type SupplyCondition = (typeof SUPPLY_STATES)[number];

/** What a step of the document may ask for, in the order in which a branch would want it. */
export const POWER_ACTIONS = [
  'tell-hq',
  'stop-background-work',
  'move-numbers-to-cloud',
  'refuse-new-calls',
  'drain',
  'shut-down',
] as const;
export type PowerAction = (typeof POWER_ACTIONS)[number];

/** Of a load that the document has switched off on battery. `waits-on`, `waits-off`: on its way, or tried again later. */
export const LOAD_STATES = ['on', 'off', 'waits-on', 'waits-off'] as const;
export type LoadCondition = (typeof LOAD_STATES)[number];

export const BATTERY_VERDICTS = ['passed', 'failed', 'measured', 'died-early'] as const;
export type BatteryVerdict = (typeof BATTERY_VERDICTS)[number];

/** What headquarters is asked to do while it is asked; honoured by whoever moves numbers there. */
export const POWER_ASKS = ['take-numbers'] as const;

/** A test of a battery, or an outage that measured it. */
export const batteryTrial = z.looseObject({
  at: time,
  kind: z.enum(['test', 'outage']),
  verdict: z.enum(BATTERY_VERDICTS),
  lastedMs: ms,
  /** Of its charge, by which it fell; absent where nothing told. */
  usedPercent: percent.optional(),
});
export type BatteryTrial = z.infer<typeof batteryTrial>;

export const upsHealth = z.looseObject({
  name,
  state: z.enum(UPS_STATES),
  since: time,
  /** Why it is not heard. */
  because: z.string().optional(),
  /** The mains are back, and must stay until then to be believed. */
  settlingUntil: time.optional(),
  minutesLeft: minutes.nullable(),
  /** Where `minutesLeft` comes from: the UPS itself, its discharge as measured, what is known of its battery. */
  minutesBy: z.enum(['ups', 'measured', 'battery']).nullable(),
  loadPercent: z.number().min(0).nullable(),
  chargePercent: percent.nullable(),
  batteryV: z.number().min(0).nullable(),
  inputV: z.number().min(0).nullable(),
  overload: z.boolean(),
  replaceBattery: z.boolean(),
  /** Of what the battery held when it was first measured; null before it was. */
  batteryHealthPercent: percent.nullable(),
  /** The last tests and outages, the latest last. */
  trials: z.array(batteryTrial),
  model: z.string().optional(),
});
export type UpsHealth = z.infer<typeof upsHealth>;

export const loadHealth = z.looseObject({
  name,
  state: z.enum(LOAD_STATES),
  /** Since when it is on or off. */
  since: time.nullable(),
  /** What switches it: 'UPS 2' for the outlet 2 of a UPS, or the name of a contact. */
  by: z.string(),
  /** Why it could not be switched. */
  because: z.string().optional(),
});
export type LoadHealth = z.infer<typeof loadHealth>;

export const powerHealth = z.looseObject({
  state: z.enum(SUPPLY_STATES),
  since: time,
  minutesLeft: minutes.nullable(),
  ups: z.array(upsHealth),
  steps: z.array(
    z.looseObject({
      do: z.array(z.string()),
      /** Loads that it switches off. */
      powerDown: z.array(z.string()).optional(),
      /** Minutes left at which it is taken; null: as soon as the branch is on its battery. */
      belowMinutes: minutes.nullable(),
      state: z.enum(['ahead', 'begun']),
      /** When it was begun; when it is to be expected, of one ahead while on battery; null otherwise. */
      at: time.nullable(),
    }),
  ),
  /** Absent where the document names none. */
  loads: z.array(loadHealth).optional(),
  /** What headquarters is asked to do, as long as it stands here. */
  asks: z.array(z.string()),
});
export type PowerHealth = z.infer<typeof powerHealth>;

export const powerBodies = {
  'power.changed': z.object({
    ups: name,
    from: z.enum(UPS_STATES),
    to: z.enum(UPS_STATES),
    minutesLeft: minutes.optional(),
    because: z.string().optional(),
    /** How long it was `from`. */
    lastedMs: ms,
  }),
  /** A step of the policy was begun, or undone as the mains are back. */
  'power.step': z.object({
    action: z.enum(POWER_ACTIONS),
    state: z.enum(['begun', 'undone']),
    minutesLeft: minutes.optional(),
    /** In progress at that moment. */
    calls: z.int().min(0),
  }),
  /** A load was switched, or could not be. */
  'power.load': z.object({
    load: name,
    to: z.enum(['on', 'off']),
    done: z.boolean(),
    because: z.string().optional(),
  }),
  /** A battery was tested, or an outage measured it. */
  'power.battery': z.object({
    ups: name,
    kind: z.enum(['test', 'outage']),
    verdict: z.enum(BATTERY_VERDICTS),
    lastedMs: ms,
    usedPercent: percent.optional(),
    batteryHealthPercent: percent.optional(),
  }),
} as const;
