/** How headquarters grows from one process to a group, as docs/scaling.md shows it. Pure. */
import { WHO, type Arm } from '../group/arms.ts';
import { brief, median } from './numbers.ts';
import type { JudgedRow, Result } from './report.ts';

const COLUMNS: readonly Arm[] = ['embedded', 'one', 'two'];
const PEER = '; peer: ';

/** As Markdown. */
export function growth(result: Result | undefined): string {
  if (!result) return 'Nothing has been measured yet: `npm run bench group table`.';
  const counts = result.rows.some(({ ours, peer }) => peer && ours.length > 0);
  const whats = [...new Set(result.rows.flatMap(({ what, peer }) => (peer ? [nameOf(what)] : [])))];
  const lines = whats.map((what) => {
    const figures = new Map(result.rows.flatMap((row) => figuresOf(row, what, counts)));
    return [what, ...COLUMNS.map((arm) => figures.get(arm) ?? '')];
  });
  const head = ['', ...COLUMNS.map((arm) => WHO[arm])];
  const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const when = `${result.name}\` of ${result.at.slice(0, 16).replace('T', ' ')} UTC on ${result.machine.cpu}`;
  const worth = counts
    ? ''
    : ' **Others worked on this machine in every round**, so none counts: these figures say which part costs how much beside the others, and are to be taken again on a quiet one.';
  return `${table}\n\nMedians of \`${when}, all on one core.${worth}`;
}

const nameOf = (what: string): string => what.slice(0, what.lastIndexOf(': ', what.indexOf(PEER) - 1));

function figuresOf(row: JudgedRow, what: string, counts: boolean): [Arm, string][] {
  if (nameOf(row.what) !== what) return [];
  const { ours, peer } = counts ? row : (row.disturbed ?? row);
  const [who, beside] = row.what.slice(what.length + 2).split(PEER);
  return COLUMNS.flatMap((arm): [Arm, string][] => {
    const values = WHO[arm] === who ? ours : WHO[arm] === beside ? peer : undefined;
    return values && values.length > 0 ? [[arm, `${brief(median(values))} ${row.unit}`]] : [];
  });
}
