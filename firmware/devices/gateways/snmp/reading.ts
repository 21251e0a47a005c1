/** What an agent's numbers say of the lines, by the model. Pure. */
import { byCause, type Judgement } from '../judging.ts';
import type { Said } from '../lines.ts';
import type { SnmpReading } from '../model.ts';
import type { Column } from './table.ts';

/** A column that could not be read at all is missing here. */
export type Columns = ReadonlyMap<string, Column>;

/** Which line a row is of, so that a trap about the row is known to be about the line. */
export type RowLines = ReadonlyMap<string, string>;

export interface ReadTables {
  readonly said: readonly Said[];
  /** By the reading's column and the row's index, as an object identifier. */
  readonly rows: RowLines;
}

/** The columns that must be asked for, each once, the first reading's first. */
export const columnsOf = (readings: readonly SnmpReading[]): readonly string[] => [
  ...new Set(readings.flatMap(({ column, only }) => [column, ...(only ? [only.column] : [])])),
];

/** The lines are the rows of the first reading, numbered from 1 in their order. */
export function readTables(readings: readonly SnmpReading[], columns: Columns): ReadTables {
  const [first] = readings;
  const count = first ? rowsOf(first, columns).length : 0;
  const all = readings.flatMap((reading) =>
    reading.blocked ? shared(reading, columns, count) : each(reading, columns, count),
  );
  return {
    said: all.map(({ line, reading, judgement }) => ({ line, reading, judgement })),
    rows: new Map(all.flatMap(({ oid, line }) => (oid === undefined ? [] : [[oid, line] as const]))),
  };
}

type Read = Said & { readonly oid?: string };

/** A row a line. A device that has fewer or more rows than lines says something that we cannot place. */
function each(reading: SnmpReading, columns: Columns, count: number): Read[] {
  const rows = rowsOf(reading, columns);
  const { name, optional, column } = reading;
  if (rows.length === 0) {
    if (optional || count === 0) return [];
    return lineNames(count).map((line) => ({
      line,
      reading: name,
      judgement: unclear(`nothing is told of ${name}`),
    }));
  }
  if (rows.length !== count) return [];
  return rows.map(([index, value], at) => ({
    line: String(at + 1),
    reading: name,
    judgement: judgeValue(reading, value),
    oid: `${column}.${index}`,
  }));
}

function shared(reading: SnmpReading, columns: Columns, count: number): Read[] {
  const rows = rowsOf(reading, columns);
  const perLine = rows.length / count;
  if (rows.length === 0 || !Number.isInteger(perLine)) return [];
  return lineNames(count).map((line, at) => {
    const own = rows.slice(at * perLine, (at + 1) * perLine);
    const blocked = own.filter(
      ([, value]) => value !== undefined && reading.blocked?.includes(value) === true,
    ).length;
    const all = blocked === own.length;
    const judgement: Judgement = all
      ? { state: 'bad', what: 'all channels blocked', blockedChannels: blocked }
      : { state: 'good', what: 'channels open', blockedChannels: blocked };
    return { line, reading: reading.name, judgement };
  });
}

function rowsOf(
  { column, only }: SnmpReading,
  columns: Columns,
): readonly (readonly [string, number | undefined])[] {
  const rows = [...(columns.get(column) ?? [])];
  if (!only) return rows;
  const kinds = columns.get(only.column);
  return rows.filter(([index]) => {
    const kind = kinds?.get(index);
    return kind !== undefined && only.is.includes(kind);
  });
}

const lineNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => String(at + 1));

export function judgeValue({ bits, values, name }: SnmpReading, value: number | undefined): Judgement {
  if (value === undefined) return unclear(`${name} is no number`);
  if (values) return values[String(value)] ?? unclear(`${name} is ${value}, which means nothing`);
  return bits ? judgeBits(bits, value, name) : unclear(`${name} has no rule`);
}

/** All is well by its own bit alone (RFC 4805, dsx1NoAlarm); with a fault beside it the agent contradicts itself. */
function judgeBits(bits: NonNullable<SnmpReading['bits']>, value: number, name: string): Judgement {
  if (value <= 0) return unclear(`${name} is ${value}, which means nothing`);
  const has = (bit: number): boolean => (BigInt(value) & BigInt(bit)) !== 0n;
  const faults = Object.entries(bits.bad)
    .filter(([bit]) => has(Number(bit)))
    .sort(([a], [b]) => Number(b) - Number(a))
    .map(([, what]) => what);
  const isGood = has(bits.good);
  if (isGood && faults.length > 0)
    return unclear(`${name} says no alarm and ${faults.join(', ')} (${value})`);
  if (faults.length > 0) return { state: 'bad', what: severest(faults), ...more(faults) };
  if (isGood || bits.quiet.some(has)) return { state: 'good', what: 'no alarm' };
  return unclear(`${name} is ${value}, which means nothing`);
}

const severest = (faults: readonly string[]): string => byCause(faults)[0] ?? '';

const more = (faults: readonly string[]): Pick<Judgement, 'detail'> =>
  faults.length > 1 ? { detail: faults.join(', ') } : {};

const unclear = (what: string): Judgement => ({ state: 'unclear', what });
