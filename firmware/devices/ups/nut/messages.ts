/**
 * The lines of NUT's network protocol, and what its variables mean. Pure. After the protocol's description in NUT's developer
 * guide (https://networkupstools.org/docs/developer-guide.chunked/net-protocol.html; RFC 9271) and its list of variables (docs/nut-names.txt).
 */
import { coded } from '@branchline/contracts/alarm-detail';
import type { UpsReading } from '../../../power/reading.ts';

/** The words of a line: apart by blanks, or within quotes, where a backslash stands before a quote or another one. */
export function words(line: string): string[] {
  const found = line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g);
  return [...found].map(([, quoted, bare]) => quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
}

export const quoted = (word: string): string => `"${word.replace(/["\\]/g, '\\$&')}"`;

export type Reply =
  | { readonly kind: 'ok' }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  | { readonly kind: 'var'; readonly name: string; readonly value: string }
  | { readonly kind: 'cmd'; readonly name: string }
  /** `code` as upsd names it, such as DATA-STALE. */
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'other' };

export function replyOf(line: string): Reply {
  // VAR <ups> <variable> <value>
  const [first, second, variable, held] = words(line);
  if (first === 'OK') return { kind: 'ok' };
  if (first === 'ERR') return { kind: 'error', code: second ?? 'UNKNOWN' };
  if (first === 'BEGIN') return { kind: 'begin' };
  if (first === 'END') return { kind: 'end' };
  // CMD <ups> <command>
  if (first === 'CMD' && variable !== undefined) return { kind: 'cmd', name: variable };
  if (first === 'VAR' && variable !== undefined && held !== undefined)
    return { kind: 'var', name: variable, value: held };
  return { kind: 'other' };
}

/** Undefined without a status that tells whether the mains are there. */
export function readingOf(variables: ReadonlyMap<string, string>): UpsReading | undefined {
  const status = new Set(variables.get('ups.status')?.split(/\s+/) ?? []);
  if (!status.has('OL') && !status.has('OB')) return undefined;
  const number = (name: string): number | undefined => {
    const text = variables.get(name)?.trim() ?? '';
    const value = Number(text);
    return text !== '' && Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const runtime = number('battery.runtime');
  const charge = number('battery.charge');
  return dropped({
    onMains: !status.has('OB'),
    low: status.has('LB'),
    overload: status.has('OVER'),
    replaceBattery: status.has('RB'),
    failed: status.has('OFF'),
    testing:
      status.has('CAL') || variables.get('ups.test.result')?.toLowerCase().includes('progress') === true,
    inputV: number('input.voltage'),
    nominalInputV: number('input.voltage.nominal'),
    loadPercent: number('ups.load'),
    batteryV: number('battery.voltage'),
    nominalBatteryV: number('battery.voltage.nominal'),
    chargePercent: charge === undefined ? undefined : Math.min(100, charge),
    minutesLeft: runtime === undefined ? undefined : runtime / 60,
    temperatureC: number('ups.temperature'),
  });
}

type Dropped<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
const dropped = <T extends object>(value: T): Dropped<T> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Dropped<T>;

/** Its errors that mean something to somebody who can do something about it. */
const KNOWN = [
  'UNKNOWN-UPS',
  'DRIVER-NOT-CONNECTED',
  'DATA-STALE',
  'ACCESS-DENIED',
  'CMD-NOT-SUPPORTED',
  'INVALID-USERNAME',
  'INVALID-PASSWORD',
  'USERNAME-REQUIRED',
  'PASSWORD-REQUIRED',
] as const;

const isKnown = (code: string): code is (typeof KNOWN)[number] => (KNOWN as readonly string[]).includes(code);

export const whyOf = (code: string): string =>
  isKnown(code) ? coded(`nut.${code}`) : coded('nut-says', code);
