/** The table of docs/benchmarks.md, written from what the last runs have kept, so that no figure is copied by hand. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { cellsOf, droppedOf, HEADINGS, type Result } from './report.ts';

export const BEGIN = '<!-- figures: written by `npm run bench table` -->';
export const END = '<!-- end of figures -->';

/**
 * Of what has been measured on this machine; what has not keeps the figures that the page has of it.
 * @throws when the page has lost the two marks, or a file is not of this version.
 */
export async function writeFigures(names: readonly string[], dir: string, page: string): Promise<void> {
  const results = names
    .map((name) => join(dir, `${name}.json`))
    .filter((path) => existsSync(path))
    .map(readResult);
  const before = readFileSync(page, 'utf8');
  const [from, to] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (from < 0 || to < from)
    throw new Error(`${page} needs the lines '${BEGIN}' and '${END}' around the figures.`);
  const known = shownIn(before.slice(from + BEGIN.length, to));
  for (const result of results) known.set(result.name, shown(result));
  const text = `${before.slice(0, from + BEGIN.length)}\n\n${figures(names, known)}\n\n${before.slice(to)}`;
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
}

/** Of one bench, as Markdown: rows of the table, and what they were measured with. */
interface Shown {
  readonly rows: readonly string[];
  readonly circumstances: string;
}

/** What the page has of each bench. Pure. */
export function shownIn(text: string): Map<string, Shown> {
  const rows = text.split('\n').filter((line) => /^\| [a-z]/.test(line) && !line.startsWith('| bench '));
  const parts = text.split(/\n\n(?=\*\*[a-z0-9-]+\*\*, )/).slice(1);
  return new Map(
    parts.map((part) => {
      const name = /^\*\*([a-z0-9-]+)\*\*/.exec(part)?.[1] ?? '';
      return [
        name,
        { rows: rows.filter((row) => row.split('|')[1]?.trim() === name), circumstances: part.trim() },
      ];
    }),
  );
}

function readResult(path: string): Result {
  const result = JSON.parse(readFileSync(path, 'utf8')) as Partial<Result>;
  if (result.format !== 2)
    throw new Error(`${path} was written by an older bench: measure again, or delete it to leave it out.`);
  return result as Result;
}

/** As Markdown, in the order of `names`. Pure. */
export function figures(names: readonly string[], known: ReadonlyMap<string, Shown>): string {
  const all = names.flatMap((name) => known.get(name) ?? []);
  if (all.length === 0) return 'Nothing has been measured yet.';
  const headings = ['bench', ...HEADINGS];
  const table = [headings, headings.map(() => '---')].map(rowOf).concat(all.flatMap(({ rows }) => rows));
  return [table.join('\n'), ...all.map((each) => each.circumstances)].join('\n\n');
}

const shown = (result: Result): Shown => ({
  rows: result.rows.map((row) => rowOf([result.name, ...cellsOf(row)])),
  circumstances: circumstances(result),
});

const rowOf = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

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
