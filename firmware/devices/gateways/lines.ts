/** The lines of one gateway: what every source has said of each, told as one. Pure. */
import type { WatchSource } from '@branchline/contracts/branch/gateways';
import { words, type Judgement } from './judging.ts';
import { ANY_LINE } from './port.ts';

/** One thing that was read of one line. Two sources that read the same thing give it the same name. */
export interface Said {
  readonly line: string;
  readonly reading: string;
  readonly judgement: Judgement;
}

interface Reading {
  readonly from: WatchSource;
  readonly judgement: Judgement;
}

/** By line, then by what was read of it. */
export type Lines = Readonly<Record<string, Readonly<Record<string, Reading>>>>;

export const NO_LINES: Lines = {};

/** More of the same; what was said of it before under the same name is gone. */
export function noted(lines: Lines, from: WatchSource, said: readonly Said[]): Lines {
  const all: Record<string, Record<string, Reading>> = copied(lines);
  if (said.length > 0) delete all[ANY_LINE];
  for (const { line, reading, judgement } of said) (all[line] ??= {})[reading] = { from, judgement };
  return all;
}

/** All that the source knows: what it has said before and does not say now is gone. */
export const readAgain = (lines: Lines, from: WatchSource, said: readonly Said[]): Lines =>
  noted(
    mapReadings(lines, (reading) => (reading.from === from ? [] : [reading])),
    from,
    said,
  );

/** The source cannot be read: all that it has said is unclear, and while nobody knows a line, the gateway as a whole. */
export function unclearFrom(lines: Lines, from: WatchSource, why: string): Lines {
  const judgement: Judgement = { state: 'unclear', what: why };
  if (Object.keys(lines).every((line) => line === ANY_LINE))
    return { [ANY_LINE]: { [from]: { from, judgement } } };
  return mapReadings(lines, (reading) => [reading.from === from ? { from, judgement } : reading]);
}

/** The lines of which the source has said something. */
export const linesOf = (lines: Lines, from: WatchSource): readonly string[] =>
  Object.keys(lines).filter((line) =>
    Object.values(lines[line] ?? {}).some((reading) => reading.from === from),
  );

/**
 * What is bad goes first. What is unclear counts unless another source, one that reads how the line stands, says that all
 * of it is well: a console that is broken must not hide what SNMP tells.
 */
export function worth(lines: Lines, line: string): Judgement {
  const all = Object.values(lines[line] ?? {});
  const judged = all.map(({ judgement }) => judgement);
  const bad = judged.filter(({ state }) => state === 'bad');
  if (bad.length > 0) return { state: 'bad', what: words(bad), ...details(bad), ...blocked(judged) };
  const unclear = judged.filter(({ state }) => state === 'unclear');
  const good = all
    .filter(({ from }) => isStanding(from) && standsWell(all, from))
    .map(({ judgement }) => judgement);
  if (unclear.length > 0 && good.length === 0)
    return { state: 'unclear', what: words(unclear), ...blocked(judged) };
  const well = judged.filter(({ state }) => state === 'good');
  return {
    state: 'good',
    what: words(well) || 'in service',
    ...details([...well, ...asDetails(unclear)]),
    ...blocked(well),
  };
}

/** Syslog tells of moments, the others how the line stands. */
const isStanding = (from: WatchSource): boolean => from !== 'syslog';
const standsWell = (all: readonly Reading[], from: WatchSource): boolean =>
  all.every((reading) => reading.from !== from || reading.judgement.state === 'good');

const asDetails = (judged: readonly Judgement[]): readonly Judgement[] =>
  judged.map(({ what }) => ({ state: 'good', what, detail: what }));

function blocked(judged: readonly Judgement[]): Pick<Judgement, 'blockedChannels'> {
  const counts = judged.flatMap(({ blockedChannels }) => blockedChannels ?? []);
  return counts.length > 0 ? { blockedChannels: Math.max(...counts) } : {};
}

function details(judged: readonly Judgement[]): Pick<Judgement, 'detail'> {
  const texts = judged.flatMap(({ detail }) => detail ?? []);
  return texts.length > 0 ? { detail: texts.join('; ') } : {};
}

const copied = (lines: Lines): Record<string, Record<string, Reading>> =>
  Object.fromEntries(Object.entries(lines).map(([line, readings]) => [line, { ...readings }]));

/** A line of which nothing is left is gone. */
function mapReadings(lines: Lines, map: (reading: Reading) => readonly Reading[]): Lines {
  const mapped = Object.entries(lines).map(([line, readings]) => {
    const kept = Object.entries(readings).flatMap(([name, reading]) =>
      map(reading).map((one) => [name, one] as const),
    );
    return [line, Object.fromEntries(kept)] as const;
  });
  return Object.fromEntries(mapped.filter(([, readings]) => Object.keys(readings).length > 0));
}
