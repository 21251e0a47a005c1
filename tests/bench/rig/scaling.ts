/** What the figures of a fleet amount to at other sizes: the table of docs/scaling.md. Straight lines through what was measured, and said to be so. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { growth } from './growth.ts';
import { brief, median } from './numbers.ts';
import type { Result } from './report.ts';

export const BEGIN = '<!-- sizes: written by `npm run bench table` -->';
export const END = '<!-- end of sizes -->';
const GROUP_BEGIN = '<!-- group: written by `npm run bench table` -->';
const GROUP_END = '<!-- end of group -->';

export const SIZES: readonly number[] = [100, 1_000, 10_000, 100_000];
/** Measured fleets, the larger first. */
const FLEETS = ['fleet-10000', 'fleet-1000'] as const;
/** A branch in its busy hour, and an ordinary year of it. */
const CALLS_AN_HOUR = 60;
const EVENTS_A_CALL = 9;
const HOURS_A_YEAR = 8 * 300;
const NOT_MEASURED = 'not measured yet';

/** What has not been measured here stays as the page has it. @throws when the page has lost its marks */
export async function writeScaling(dir: string, page: string): Promise<void> {
  const results = ['ingest', ...FLEETS, 'group']
    .map((name) => join(dir, `${name}.json`))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Result);
  const group = results.find(({ name }) => name === 'group');
  let text = readFileSync(page, 'utf8');
  if (results.some(({ name }) => name !== 'group')) text = between(BEGIN, END, scaling(results), text, page);
  if (group) text = between(GROUP_BEGIN, GROUP_END, growth(group), text, page);
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
}

function between(begin: string, end: string, table: string, text: string, page: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${page} needs the lines '${begin}' and '${end}' around the table.`);
  return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}

/** As Markdown. Pure. */
export function scaling(results: readonly Result[]): string {
  const fleet = FLEETS.map((name) => results.find((result) => result.name === name)).find(
    (result) => result !== undefined && !Number.isNaN(ours(result, 'RSS for a box')),
  );
  const boxes = Number(fleet?.name.split('-')[1] ?? NaN);
  const of = (what: string): number => ours(fleet, what);
  const ingest = (what: string): number =>
    ours(
      results.find(({ name }) => name === 'ingest'),
      what,
    );
  const aBox = of('RSS for a box') / 1_000;
  const empty = of('RSS with all of them') - aBox * boxes;
  const events = (CALLS_AN_HOUR * EVENTS_A_CALL) / 3_600;
  const rows: readonly (readonly [string, string, (size: number) => number])[] = [
    ['memory of the controller', 'MB', (size) => empty + aBox * size],
    ['of a core at rest', '%', (size) => (of('of a core at rest') / boxes) * size],
    [
      'all back after a restart: work of one core',
      's',
      (size) => (of('CPU for a connection') * size) / 1_000,
    ],
    [
      'one change for all: work of one core',
      's',
      (size) => (of('CPU for a box of the rollout') * size) / 1_000,
    ],
    ['history in the busy hour: events', '/s', (size) => events * size],
    [
      'history in the busy hour: of a core',
      '%',
      (size) => (events * size * ingest('CPU for an event')) / 10_000,
    ],
    [
      'written to the disk in a year',
      'GB',
      (size) => (events * 3_600 * HOURS_A_YEAR * size * ingest('written for an event')) / 1e9,
    ],
  ];
  const shown = (value: number, unit: string): string =>
    Number.isFinite(value) ? `${brief(value)} ${unit}` : NOT_MEASURED;
  const head = ['', ...SIZES.map((size) => `${size.toLocaleString('en')} boxes`)];
  const lines = rows.map(([what, unit, at]) => [what, ...SIZES.map((size) => shown(at(size), unit))]);
  const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const from = fleet
    ? `Drawn as straight lines from \`${fleet.name}\` of ${fleet.at.slice(0, 16).replace('T', ' ')} UTC on ${fleet.machine.cpu}, one core of it for the controller.`
    : 'Nothing has been measured yet: `npm run bench fleet-1000 fleet-10000 ingest table`.';
  return `${table}\n\n${from}`;
}

/** The median of the rounds that count. */
function ours(result: Result | undefined, what: string): number {
  return median(result?.rows.find((row) => row.what.startsWith(what))?.ours ?? []);
}
