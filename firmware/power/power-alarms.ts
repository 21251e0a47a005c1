/** What of power is an alarm. One fault, one alarm: a battery that is low is no second one beside 'on-battery'. */
import type { AlarmCode } from '@branchline/contracts/alarms';
import { isWorn } from './battery.ts';
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
  const code = state === 'low' ? 'battery-low' : state === 'battery' ? 'on-battery' : undefined;
  for (const other of ['on-battery', 'battery-low'] as const) if (other !== code) alarms.clear(other, MAINS);
  if (code === undefined) return;
  alarms.raise(code, MAINS, leftMs === undefined ? undefined : `${Math.floor(leftMs / 60_000)} min left`);
}

export function tellUpsAlarms(alarms: Told, name: string, ups: UpsState): void {
  const tell = (code: (typeof OF_UPS)[number], is: boolean, detail?: string): void =>
    is ? alarms.raise(code, name, detail) : alarms.clear(code, name);
  tell('ups-lost', ups.silent !== undefined, ups.silent?.because);
  tell('replace-battery', wantsBattery(ups), isWorn(ups.battery) ? 'by its tests' : 'by its own word');
  tell('overload', ups.overload, `${ups.reading?.loadPercent ?? '?'} %`);
}

export function clearUpsAlarms(alarms: Told, name: string): void {
  for (const code of OF_UPS) alarms.clear(code, name);
}

export function clearPowerAlarms(alarms: Told): void {
  for (const code of ['on-battery', 'battery-low'] as const) alarms.clear(code, MAINS);
}
