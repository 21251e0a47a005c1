/** What a benchmark found, as a table for people and as JSON for whoever compares two days. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { pinning } from './cores.ts';
import { brief, briefSpread, spread, type Spread } from './numbers.ts';

export interface Row {
  readonly goal: string;
  readonly what: string;
  readonly unit: string;
  /** One figure a round. */
  readonly ours: readonly number[];
  /** Of the peer in the same round; left out where the goal is a figure and no ratio. */
  readonly peer?: readonly number[];
  /** Of the ratio, or of our figure where there is no peer. */
  readonly atMost: number;
}

export interface Found {
  readonly name: string;
  readonly rows: readonly Row[];
  /** What the figures rest on, and what went by the way. */
  readonly notes: readonly string[];
}

interface Judged extends Row {
  readonly judged: Spread;
  readonly met: boolean;
}

/** The ratio of each round, and of those the median: never a ratio of medians. */
function judge(row: Row): Judged {
  const { ours, peer } = row;
  const judged = spread(peer ? ours.map((value, round) => value / (peer[round] ?? NaN)) : ours);
  return { ...row, judged, met: judged.median <= row.atMost };
}

export function print({ name, rows, notes }: Found): void {
  const lines = rows
    .map(judge)
    .map((row) => [
      row.goal,
      row.what,
      `${briefSpread(spread(row.ours))} ${row.unit}`,
      row.peer ? `${briefSpread(spread(row.peer))} ${row.unit}` : '',
      row.peer ? briefSpread(row.judged) : '',
      `<= ${brief(row.atMost)}`,
      row.met ? 'met' : 'short',
    ]);
  const table = [['goal', 'what', 'ours', 'peer', 'ratio', 'wanted', ''], ...lines];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((line) => line[column]?.length ?? 0)),
  );
  console.log(`\n${name}`);
  for (const line of table)
    console.log(
      `  ${line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}`,
    );
  for (const note of notes) console.log(`  * ${note}`);
}

export function keep(found: Found, dir: string, rounds: number): void {
  mkdirSync(dir, { recursive: true });
  const machine = {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    kernel: release(),
    node: process.version,
    pinning,
    loadBefore: loadavg()[0],
  };
  const result = { at: new Date().toISOString(), rounds, machine, ...found, rows: found.rows.map(judge) };
  writeFileSync(join(dir, `${found.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
