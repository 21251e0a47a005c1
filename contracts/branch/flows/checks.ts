/** What is wrong with flows beyond the shape of a step: names that are not there, ends that are none, rings, steps nobody reaches. */
import type { Fault, FaultCode } from '../faults.ts';
import { destination, type Destination } from '../values.ts';
import { GIVEN_VARIABLES, MOST_VARIABLES, variablesIn } from './values.ts';
import { mapping } from '../raw.ts';
import { walkFlows, type WalkedStep } from './walk.ts';

export type Report = (
  code: FaultCode,
  path: string,
  value: unknown,
  expected: string,
  severity?: Fault['severity'],
) => void;

type Raw = Readonly<Record<string, unknown>>;

export interface FlowNames {
  readonly hours: readonly string[];
  /** What a destination may name, by its kind; a kind that is not here is not looked up. */
  readonly destinations: Readonly<Partial<Record<Destination['kind'], readonly string[]>>>;
}

export function flowChecks(raw: Raw, known: FlowNames, report: Report): void {
  const steps = walkFlows(raw);
  for (const step of steps) references(step, known, report);
  variables(steps, report);
  ends(steps, report);
  rings(steps, report);
}

/** Every destination a flow leads to. */
export function flowDestinations(raw: Raw): Destination[] {
  return walkFlows(raw).flatMap(({ step, ways }) =>
    [...ways.map(({ value }) => value), mapping(step.set).after].flatMap((value) => {
      const to = typeof value === 'string' ? destination(value) : undefined;
      return to ? [to] : [];
    }),
  );
}

function references({ path, step, ways }: WalkedStep, known: FlowNames, report: Report): void {
  if (typeof step.hours === 'string' && !known.hours.includes(step.hours))
    report('unknown-reference', `${path}.hours`, step.hours, known.hours.join(', ') || 'none');
  const after = { path: `${path}.set.after`, value: mapping(step.set).after };
  for (const way of [...ways, after]) {
    const to = typeof way.value === 'string' ? destination(way.value) : undefined;
    const among = to && known.destinations[to.kind];
    if (to && 'name' in to && among && !among.includes(to.name))
      report('unknown-reference', way.path, way.value, among.join(', ') || 'none');
  }
}

/** A variable that is spoken, sent or compared must be given a value somewhere. */
function variables(steps: readonly WalkedStep[], report: Report): void {
  const given = new Set<string>(GIVEN_VARIABLES);
  for (const { step } of steps) {
    if (typeof step.collect === 'string') given.add(step.collect);
    for (const name of Object.keys(mapping(step.take))) given.add(name);
    for (const name of Object.keys(mapping(mapping(step.set).variables))) given.add(name);
  }
  const names = [...given].sort().join(', ');
  for (const { path, step } of steps) {
    for (const [at, text] of textsOf(step, path)) {
      for (const name of variablesIn(text))
        if (!given.has(name)) report('unknown-reference', at, name, names);
    }
    const { variable } = mapping(step.when);
    if (typeof variable === 'string' && !given.has(variable))
      report('unknown-reference', `${path}.when.variable`, variable, names);
  }
  const own = given.size - GIVEN_VARIABLES.length;
  if (own > MOST_VARIABLES) report('out-of-range', 'flows', `${own} variables`, `${MOST_VARIABLES} or fewer`);
}

/** Every text of a step that may hold variables, with its path; not those of the steps beneath it. */
function textsOf(step: Raw, path: string): [string, string][] {
  const inside = (at: string, value: unknown): [string, string][] => {
    if (typeof value === 'string') return [[at, value]];
    if (Array.isArray(value)) return value.flatMap((item, index) => inside(`${at}[${index}]`, item));
    return Object.entries(mapping(value)).flatMap(([key, item]) => inside(`${at}.${key}`, item));
  };
  const spoken = ['play', 'menu', 'ask', 'wrong', 'while', 'questions', 'look-up', 'send'];
  const settings = inside(`${path}.set.variables`, mapping(step.set).variables);
  return [...spoken.flatMap((field) => inside(`${path}.${field}`, step[field])), ...settings];
}

/** Each list must say where the caller goes from its last step, and each step must be one that somebody comes to. */
function ends(steps: readonly WalkedStep[], report: Report): void {
  const byPath = new Map(steps.map((step) => [step.path, step]));
  const ledTo = new Set<string>();
  for (const { path, step, ways, follows, after, within } of steps) {
    if (follows !== 'never') {
      if (after === undefined) deadEnd(report, path, Object.keys(step)[0], within);
      else ledTo.add(after);
    }
    const next = step.to === undefined ? after : byPath.get(within ?? '')?.after;
    for (const way of ways.filter(({ value }) => value === 'next')) {
      if (next === undefined) deadEnd(report, way.path, 'next', undefined);
      else ledTo.add(next);
    }
  }
  for (const { path, step, first } of steps) {
    const [field] = Object.keys(step);
    const remedy = "Take it out, or lead to it with 'next' from the step before it";
    if (!first && !ledTo.has(path)) report('unreachable', path, field, remedy, 'warning');
  }
}

function deadEnd(report: Report, path: string, value: unknown, within: string | undefined): void {
  const more = within === undefined ? '' : ', or { to: next } to go on after the step it belongs to';
  const remedy =
    value === 'next'
      ? 'Name a destination such as hang-up'
      : `Put a step after it, such as { to: hang-up }${more}`;
  report('dead-end', path, value, remedy);
}

/** A caller who presses nothing must come out of the flows: else he, or a line that hangs, stays in them for ever. */
function rings(steps: readonly WalkedStep[], report: Report): void {
  const byPath = new Map(steps.map((step) => [step.path, step]));
  const starts = new Map(
    steps.filter((step) => step.first && step.within === undefined).map((step) => [step.flow, step.path]),
  );
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) return reportRing([...trail.slice(at), path], report);
    const step = byPath.get(path);
    if (done.has(path) || !step) return;
    for (const next of quietWays(step, byPath, starts)) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of steps) visit(path, []);
}

function reportRing(trail: readonly string[], report: Report): void {
  const remedy = 'Let a caller who presses nothing come to a queue, an extension or hang-up';
  report('no-end', trail[0] ?? '', trail.join(' -> '), remedy);
}

function quietWays(
  step: WalkedStep,
  byPath: ReadonlyMap<string, WalkedStep>,
  starts: ReadonlyMap<string, string>,
): string[] {
  const quiet = step.ways.filter((way) => way.quiet);
  const next = step.step.to === undefined ? step.after : byPath.get(step.within ?? '')?.after;
  const paths = quiet.map(({ path, value }) => {
    if (Array.isArray(value)) return `${path}[0]`;
    if (value === 'next') return next;
    const to = typeof value === 'string' ? destination(value) : undefined;
    return to?.kind === 'flow' ? starts.get(to.name) : undefined;
  });
  if (step.follows === 'quiet') paths.push(step.after);
  return paths.flatMap((path) => (path === undefined ? [] : [path]));
}
