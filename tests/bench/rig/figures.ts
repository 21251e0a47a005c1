/** The table of docs/benchmarks.md, written from what the last runs have kept, so that no figure is copied by hand. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { cellsOf, droppedOf, HEADINGS, type Result } from './report.ts';

export const BEGIN = '<!-- figures: written by `npm run bench table` -->';
export const END = '<!-- end of figures -->';

/** @throws when the page has lost the two marks, or a file is not of this version. */
export async function writeFigures(names: readonly string[], dir: string, page: string): Promise<void> {
  const results = names
    .map((name) => join(dir, `${name}.json`))
    .filter((path) => existsSync(path))
    .map(readResult);
  const before = readFileSync(page, 'utf8');
  const [from, to] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (from < 0 || to < from)
    throw new Error(`${page} needs the lines '${BEGIN}' and '${END}' around the figures.`);
  const text = `${before.slice(0, from + BEGIN.length)}\n\n${figures(results)}\n\n${before.slice(to)}`;
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
}

function readResult(path: string): Result {
  const result = JSON.parse(readFileSync(path, 'utf8')) as Partial<Result>;
  if (result.format !== 2)
    throw new Error(`${path} was written by an older bench: measure again, or delete it to leave it out.`);
  return result as Result;
}

/** As Markdown. Pure. */
export function figures(results: readonly Result[]): string {
  if (results.length === 0) return 'Nothing has been measured yet.';
  const headings = ['bench', ...HEADINGS];
  const lines = results.flatMap(({ name, rows }) => rows.map((row) => [name, ...cellsOf(row)]));
  const table = [headings, headings.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
  return [table, ...results.map(circumstances)].join('\n\n');
}

function circumstances({ name, at, tookS, load, machine, notes, rows }: Result): string {
  const where = `${machine.cores} cores of ${machine.cpu}, Node ${machine.node.slice(1)}, ${machine.engine}, ${machine.pinning}`;
  return [
    `**${name}**, ${at.slice(0, 16).replace('T', ' ')} UTC, ${minutes(tookS)}; ${where}; load average ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} at the end.`,
    '',
    ...droppedOf(rows).map((text) => `- does not count: ${text}`),
    ...notes.map((note) => `- ${note}`),
  ].join('\n');
}

const minutes = (seconds: number): string =>
  seconds < 90 ? `${seconds} s` : `${(seconds / 60).toFixed(1)} min`;
