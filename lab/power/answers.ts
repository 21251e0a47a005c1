/** How a UPS of the lab answers at its serial line, in either family of protocols. Pure. */
import type { Order, Shown } from './machine.ts';

export type LabFamily = 'megatec' | 'voltronic-qs';

export interface Answer {
  /** What is said, with its end; nothing where an order is obeyed in silence. */
  readonly text: string;
  readonly order?: Order;
}

export function answerTo(command: string, family: LabFamily, shown: Shown, nominalBatteryV: number): Answer {
  const order = orderOf(command);
  if (order) return { text: '', order };
  const isMegatec = family === 'megatec';
  switch (command) {
    case 'Q1':
      return { text: isMegatec ? status(shown) : echo(command) };
    case 'QS':
      return { text: isMegatec ? echo(command) : status(shown) };
    case 'M':
      return { text: isMegatec ? echo(command) : 'V\r' };
    case 'F':
      return { text: `#230.0 004 ${volts(nominalBatteryV, 5, nominalBatteryV < 100 ? 2 : 1)} 50.0\r` };
    case 'I':
      return {
        text: isMegatec ? `#${'Lab'.padEnd(15)} ${'UPS'.padEnd(10)} ${'1.0'.padEnd(10)}\r` : echo(command),
      };
    default:
      return { text: echo(command) };
  }
}

function orderOf(command: string): Order | undefined {
  if (/^T(L|\d\d)?$/.test(command)) return { order: 'test' };
  if (command === 'CT') return { order: 'end-test' };
  if (command === 'C') return { order: 'stay' };
  const [, tenths, minutes] = /^S(?:\.([2-9])|(\d\d))(?:R\d{4})?$/.exec(command) ?? [];
  if (tenths !== undefined) return { order: 'cut', afterMs: Number(tenths) * 6_000 };
  return minutes === undefined ? undefined : { order: 'cut', afterMs: Number(minutes) * 60_000 };
}

const status = ({ inputV, outputV, load, frequency, batteryV, temperatureC, bits }: Shown): string =>
  `(${volts(inputV)} ${volts(inputV)} ${volts(outputV)} ${String(load).padStart(3, '0')} ${volts(frequency, 4)} ${volts(batteryV, 4)} ${volts(temperatureC, 4)} ${bits.map(Number).join('')}\r`;

/** What it does not know it says back. */
const echo = (command: string): string => `${command}\r`;

const volts = (value: number, width = 5, digits = 1): string => value.toFixed(digits).padStart(width, '0');
