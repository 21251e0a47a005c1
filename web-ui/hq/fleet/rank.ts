/** The fleet as a list: who fits the filter, in which order. Pure. */
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { factsOfBox } from '../../parts/sentence/facts.ts';
import { sentence, type Sentence } from '../../parts/sentence/sentence.ts';
import { matters } from '../../parts/sentence/matters.ts';

export const SORTS = ['help', 'name', 'calls', 'disk', 'ledger', 'age'] as const;
export type Sort = (typeof SORTS)[number];

export interface Row {
  readonly box: BoxSummary;
  readonly sentence: Sentence;
  /** 0 when all is well; the gravest matter decides, the others break a tie. */
  readonly need: number;
}

/** `now` in ms since 1970. */
export function rowOf(box: BoxSummary, now: number): Row {
  const facts = factsOfBox(box);
  const all = matters(facts, now).filter((matter) => matter.tone !== 'note');
  const need =
    (all[0]?.weight ?? 0) + Math.min(0.9, all.length / 100) + Math.min(0.09, box.ledger.missing / 1e6);
  return { box, sentence: sentence(facts, now), need };
}

export const needsHelp = (row: Row): boolean => row.need >= 1;

export function fits({ box }: Row, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  return [box.box, box.name?.zh, box.name?.en, box.version].some((text) =>
    text?.toLowerCase().includes(wanted),
  );
}

const FIRST: Record<Sort, (row: Row) => number> = {
  help: (row) => -row.need,
  name: () => 0,
  calls: (row) => -row.box.liveCalls,
  disk: (row) => -fullestDisk(row.box),
  ledger: (row) => -row.box.ledger.missing,
  age: (row) => Date.parse(row.box.health?.at ?? '1970-01-01'),
};

export function ordered(rows: readonly Row[], sort: Sort): Row[] {
  const first = FIRST[sort];
  return [...rows].sort((a, b) => first(a) - first(b) || a.box.box.localeCompare(b.box.box));
}

/** Percent; 0 before the first report. */
export function fullestDisk(box: BoxSummary): number {
  return Math.max(0, ...(box.health?.disks ?? []).map((disk) => disk.usedPercent));
}

/**
 * The order to show: that of `wanted`, except that while somebody points at the list whoever stands in it keeps his
 * place, and newcomers come last.
 */
export function steady(
  shown: readonly string[],
  wanted: readonly string[],
  held: boolean,
): readonly string[] {
  if (!held) return wanted;
  const here = new Set(wanted);
  const before = new Set(shown);
  return [...shown.filter((id) => here.has(id)), ...wanted.filter((id) => !before.has(id))];
}
