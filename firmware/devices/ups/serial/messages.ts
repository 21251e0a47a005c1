/**
 * What the answers of the Megatec family (Q1) and of Voltronic-QS (QS) mean, which share their forms. Pure. After NUT's
 * protocol library: https://networkupstools.org/ups-protocols/megatec.html and /protocols/voltronic-qs.html.
 */
import { coded } from '@branchline/contracts/alarm-detail';
import type { UpsReading } from '../../../power/reading.ts';

export type Status =
  | { readonly ok: true; readonly status: UpsReading }
  /** `why` in a few words, with what was found. */
  | { readonly ok: false; readonly why: string };

export interface Rating {
  readonly nominalInputV: number;
  readonly nominalBatteryV: number;
}

/** `(MMM.M NNN.N PPP.P QQQ RR.R SS.S TT.T b7..b0`: input, fault and output voltage, load, frequency, battery voltage, temperature, bits. */
const STATUS =
  /^\((\d{3}\.\d) (\d{3}\.\d) (\d{3}\.\d) (\d{3}) (\d{2}\.\d) (\d{1,3}\.\d{1,2}) (\d{2,3}\.\d|--\.-) ([01]{8})$/;
/** `#MMM.M QQQ SS.SS RR.R`: rated voltage, current, battery voltage, frequency. */
const RATING = /^#(\d{3}\.\d) (\d{3}(?:\.\d)?) (\d{2,3}\.\d{1,2}) (\d{2}\.\d)$/;

/** What no such machine can measure is a byte that was lost, or a lie. */
const PLAUSIBLE = {
  inputV: [0, 400],
  outputV: [0, 400],
  loadPercent: [0, 200],
  frequency: [0, 75],
  batteryV: [0, 500],
  temperatureC: [0, 99],
} as const;

export function statusOf(line: string): Status {
  const match = STATUS.exec(line.trimEnd());
  if (!match) return { ok: false, why: coded('no-status', shown(line)) };
  const [, input = '', , output = '', load = '', frequency = '', battery = '', heat = '', bits = ''] = match;
  const values = {
    inputV: Number(input),
    outputV: Number(output),
    loadPercent: Number(load),
    frequency: Number(frequency),
    batteryV: Number(battery),
    ...(heat.startsWith('-') ? {} : { temperatureC: Number(heat) }),
  };
  const wrong = Object.entries(values).find(
    ([key, value]) => !isPlausible(key as keyof typeof PLAUSIBLE, value),
  );
  if (wrong) return { ok: false, why: coded('not-plausible', wrong[0], wrong[1]) };
  const { inputV, loadPercent, batteryV, temperatureC } = values;
  const bit = (n: number): boolean => bits[7 - n] === '1';
  return {
    ok: true,
    status: {
      onMains: !bit(7),
      low: bit(6),
      failed: bit(4),
      testing: bit(2),
      overload: false,
      replaceBattery: false,
      inputV,
      loadPercent,
      batteryV,
      ...(temperatureC === undefined ? {} : { temperatureC }),
    },
  };
}

export function ratingOf(line: string): Rating | undefined {
  const [, input, , battery] = RATING.exec(line.trimEnd()) ?? [];
  if (input === undefined || battery === undefined) return undefined;
  const rating = { nominalInputV: Number(input), nominalBatteryV: Number(battery) };
  return rating.nominalBatteryV > 0 ? rating : undefined;
}

/** `S.2` to `S.9` are tenths of a minute, `S01` to `S10` minutes. It comes back with the mains. */
export function cutCommand(afterS: number): string {
  const tenths = Math.min(9, Math.max(2, Math.round(afterS / 6)));
  if (afterS <= 54) return `S.${tenths}`;
  return `S${String(Math.min(10, Math.ceil(afterS / 60))).padStart(2, '0')}`;
}

const isPlausible = (key: keyof typeof PLAUSIBLE, value: number): boolean =>
  value >= PLAUSIBLE[key][0] && value <= PLAUSIBLE[key][1];

export const shown = (line: string): string =>
  line.replace(/[^\x20-\x7e]/g, '?').slice(0, 50) + (line.length > 50 ? '…' : '');
