/** What a benchmark found, as a table for people and as JSON for whoever compares two days. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { pinning } from './cores.ts';
import { brief, briefSpread, spread, type Spread } from './numbers.ts';
import type { Compared } from './phase.ts';

/** Of the ratio, or of our figure where there is no peer. */
export type Wanted = { readonly atMost: number } | { readonly atLeast: number };

/** `peer` is left out where the goal is a figure and no ratio, `kept` where no disturbance could change the figure. */
export interface Row extends Pick<Compared, 'ours' | 'peer'>, Partial<Pick<Compared, 'kept' | 'disturbed'>> {
  /** '-' for what has no number among the goals. */
  readonly goal: string;
  readonly what: string;
  readonly unit: string;
  /** Left out where a figure only explains another. */
  readonly wanted?: Wanted;
}

export interface Found {
  readonly name: string;
  readonly rows: readonly Row[];
  /** What the figures rest on, and what went by the way. */
  readonly notes: readonly string[];
}

/** 'open': too few rounds count to say. */
export type Verdict = 'met' | 'short' | 'open' | '';

export interface JudgedRow extends Row {
  readonly judged: Spread;
  readonly verdict: Verdict;
}

export interface Result {
  readonly format: 2;
  readonly at: string;
  readonly tookS: number;
  readonly machine: Readonly<Record<'cpu' | 'kernel' | 'node' | 'engine' | 'pinning', string>> & {
    readonly cores: number;
  };
  /** Load averages of a minute: what else was going on before, and at the end with the bench's own work. */
  readonly load: { readonly before: number; readonly after: number };
  readonly name: string;
  readonly rows: readonly JudgedRow[];
  readonly notes: readonly string[];
}

const FEWEST_ROUNDS = 3;

/** The ratio of each round, and of those the median: never a ratio of medians. */
export function judge(row: Row): JudgedRow {
  const { ours, peer, wanted } = row;
  const judged = spread(peer ? ours.map((value, round) => value / (peer[round] ?? NaN)) : ours);
  return { ...row, judged, verdict: verdictOf(judged.median, ours.length, wanted) };
}

function verdictOf(median: number, rounds: number, wanted: Wanted | undefined): Verdict {
  if (!wanted) return '';
  if (rounds < FEWEST_ROUNDS || !Number.isFinite(median)) return 'open';
  const met = 'atMost' in wanted ? median <= wanted.atMost : median >= wanted.atLeast;
  return met ? 'met' : 'short';
}

export const HEADINGS = ['goal', 'what', 'ours', 'peer', 'ratio', 'wanted', 'rounds', ''] as const;

export const cellsOf = (row: JudgedRow): string[] => [
  row.goal,
  row.what,
  shown(row.ours, row.unit),
  row.peer ? shown(row.peer, row.unit) : '',
  row.peer && row.peer.length > 0 ? briefSpread(row.judged) : '',
  wantedOf(row.wanted),
  roundsOf(row),
  row.verdict,
];

const shown = (values: readonly number[], unit: string): string =>
  values.length > 0 ? `${briefSpread(spread(values))} ${unit}` : '-';

function wantedOf(wanted: Wanted | undefined): string {
  if (!wanted) return '';
  return 'atMost' in wanted ? `at most ${brief(wanted.atMost)}` : `at least ${brief(wanted.atLeast)}`;
}

const roundsOf = ({ ours, kept }: Row): string =>
  kept && kept.dropped.length > 0 ? `${ours.length} of ${kept.taken}` : String(ours.length);

/** Each round that was dropped, once. */
export const droppedOf = (rows: readonly Row[]): string[] => [
  ...new Set(rows.flatMap(({ kept }) => kept?.dropped ?? [])),
];

export function print({ name, rows, notes }: Found): void {
  const table = [[...HEADINGS], ...rows.map((row) => cellsOf(judge(row)))];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  console.log(`\n${name}`);
  for (const line of table)
    console.log(
      `  ${line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}`,
    );
  for (const text of droppedOf(rows)) console.log(`  * does not count: ${text}`);
  for (const note of notes) console.log(`  * ${note}`);
}

export interface Circumstances {
  readonly engine: string;
  readonly tookS: number;
  readonly loadBefore: number;
}

export function keep(found: Found, dir: string, { engine, tookS, loadBefore }: Circumstances): void {
  mkdirSync(dir, { recursive: true });
  const result: Result = {
    format: 2,
    at: new Date().toISOString(),
    tookS: Math.round(tookS),
    machine: {
      cpu: cpus()[0]?.model ?? '',
      cores: cpus().length,
      kernel: release(),
      node: process.version,
      engine,
      pinning,
    },
    load: { before: loadBefore, after: loadavg()[0] ?? 0 },
    ...found,
    rows: found.rows.map(judge),
  };
  writeFileSync(join(dir, `${found.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
