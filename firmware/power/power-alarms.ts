/** What of power is an alarm. A battery that is low stands beneath 'on-battery', and makes it graver. */
import type { AlarmCode } from '@branchline/contracts/alarms';
import { batteryHealth, isWorn } from './battery.ts';
import type { Supply } from './supply.ts';
import type { UpsState } from './ups-state.ts';
import { wantsBattery } from './view.ts';

interface Told {
  raise(code: AlarmCode, subject: string, detail?: string): void;
  clear(code: AlarmCode, subject: string): void;
}

/** What 'on-battery' and 'battery-low' are about: the branch, however many UPS it has. */
export const MAINS = 'mains';
const OF_UPS = ['ups-lost', 'replace-battery', 'overload'] as const satisfies readonly AlarmCode[];

export function tellPowerAlarms(alarms: Told, { state, leftMs }: Supply): void {
  // Who does not know any more leaves the alarm as it was.
  if (state === 'unknown') return;
  const left = leftMs === undefined ? undefined : `${Math.floor(leftMs / 60_000)} min`;
  const low = state === 'low';
  if (!low) alarms.clear('battery-low', MAINS);
  if (!low && state !== 'battery') return alarms.clear('on-battery', MAINS);
  alarms.raise('on-battery', MAINS, left);
  if (low) alarms.raise('battery-low', MAINS, left);
}

export function tellUpsAlarms(alarms: Told, name: string, ups: UpsState): void {
  const tell = (code: (typeof OF_UPS)[number], is: boolean, detail?: string): void =>
    is ? alarms.raise(code, name, detail) : alarms.clear(code, name);
  tell('ups-lost', ups.silent !== undefined, ups.silent?.because);
  tell('replace-battery', wantsBattery(ups), wornTo(ups));
  tell('overload', ups.overload, `${ups.reading?.loadPercent ?? '?'} %`);
}

/** Of what the battery once held; undefined where the UPS alone says so. */
function wornTo({ battery }: UpsState): string | undefined {
  const health = batteryHealth(battery);
  return health === undefined || !isWorn(battery) ? undefined : `${Math.round(health)} %`;
}

export function clearUpsAlarms(alarms: Told, name: string): void {
  for (const code of OF_UPS) alarms.clear(code, name);
}

export function clearPowerAlarms(alarms: Told): void {
  for (const code of ['battery-low', 'on-battery'] as const) alarms.clear(code, MAINS);
}
