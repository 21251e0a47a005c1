/** When the box checks itself, in which order, and what is left undone: `(state, event, now, rules) -> (state, effects)`. Pure. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { SelfCheckRules } from '@branchline/contracts/branch/self-check';
import {
  SELF_CHECK_KINDS,
  type SelfCheckKind,
  type SelfCheckLine,
  type SelfCheckReason,
  type SelfCheckWhy,
} from '@branchline/contracts/self-check';

export interface Check {
  readonly check: SelfCheckKind;
  readonly subject?: string;
}

/** What bears on whether a check may be made. */
export interface Circumstances {
  /** Calls in progress of callers and people; none of the checks' own. */
  readonly calls: number;
  readonly engineUp: boolean;
  readonly onBattery: boolean;
  readonly maintenance: boolean;
  /** By the branch's clock: ISO date, and minutes since midnight. */
  readonly date: string;
  readonly minute: number;
}

export interface Run {
  readonly id: string;
  readonly why: SelfCheckWhy;
  readonly by?: string;
  readonly startedAt: number;
  /** What has not been done by then is left undone. */
  readonly until: number;
  readonly left: readonly Check[];
  /** Being made; `tries`: how often it has made way for callers before. */
  readonly now?: { readonly check: Check; readonly since: number };
  readonly tries: number;
  /** No check is begun before: callers seldom come alone. */
  readonly notBefore: number;
  readonly lines: readonly SelfCheckLine[];
}

export interface SelfCheckState {
  /** The date of the night that was checked last, or let pass. */
  readonly night: string;
  readonly run?: Run;
}

export type SelfCheckEvent =
  | { readonly type: 'look' }
  | { readonly type: 'order'; readonly id: string; readonly checks: readonly Check[]; readonly by: string }
  /** What the shell was told to begin has come to its end. */
  | { readonly type: 'done'; readonly line: SelfCheckLine }
  /** It was given up for callers' sake. */
  | { readonly type: 'given-up' }
  /** The service ends. */
  | { readonly type: 'stop' };

export type SelfCheckEffect =
  | { readonly do: 'begin'; readonly check: Check }
  | { readonly do: 'give-up' }
  | { readonly do: 'note'; readonly run: Run; readonly line: SelfCheckLine }
  | { readonly do: 'over'; readonly run: Run };

export interface SelfCheckStep {
  readonly state: SelfCheckState;
  readonly effects: readonly SelfCheckEffect[];
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** One that was ordered waits so long for callers to be gone. */
export const ORDER_PATIENCE_MS = 15 * MINUTE_MS;
/** A box that has only just been set up is left in peace for so long. */
export const SETTLING_MS = 120 * MINUTE_MS;
/** After the last caller has gone. */
export const CALM_MS = 30_000;
const MOST_TRIES = 5;

/** All checks of a branch, of these kinds, in their order. */
export function checksOf(
  { flows, trunks }: Pick<Branch, 'flows' | 'trunks'>,
  kinds: readonly SelfCheckKind[],
): Check[] {
  const each = (check: SelfCheckKind, names: object): Check[] =>
    Object.keys(names).map((subject) => ({ check, subject }));
  return SELF_CHECK_KINDS.filter((kind) => kinds.includes(kind)).flatMap((kind) => {
    if (kind === 'flow') return each(kind, flows);
    if (kind === 'trunk') return each(kind, trunks);
    return [{ check: kind }];
  });
}

/** `night`: what was kept of it; undefined for a box that has never been started. */
export function newSelfCheck(
  night: string | undefined,
  now: number,
  rules: SelfCheckRules,
  dateAt: (at: number) => Pick<Circumstances, 'date' | 'minute'>,
): SelfCheckState {
  const then = dateAt(now + SETTLING_MS);
  return { night: night ?? dateOf(then, sinceHour(then.minute, rules)) };
}

/** Minutes since its hour came last. */
const sinceHour = (minute: number, { at }: SelfCheckRules): number =>
  (minute - at + DAY_MINUTES) % DAY_MINUTES;

/** When it begins next by itself; undefined when nothing is to be checked. */
export function nextRun({ night }: SelfCheckState, now: number, rules: SelfCheckRules, here: Circumstances) {
  if (rules.checks.length === 0) return undefined;
  const since = sinceHour(here.minute, rules);
  const thisMinute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const inWindow = since * MINUTE_MS < rules.putOffMs && dateOf(here, since) !== night;
  return inWindow ? thisMinute : thisMinute + (DAY_MINUTES - since) * MINUTE_MS;
}

/** Of the night whose hour came `since` minutes ago. */
function dateOf({ date, minute }: Pick<Circumstances, 'date' | 'minute'>, since: number): string {
  if (since <= minute) return date;
  return new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
}

export function selfCheckStep(
  state: SelfCheckState,
  event: SelfCheckEvent,
  now: number,
  { rules, checks, here }: { rules: SelfCheckRules; checks: readonly Check[]; here: Circumstances },
): SelfCheckStep {
  switch (event.type) {
    case 'order': {
      if (state.run || event.checks.length === 0) return { state, effects: [] };
      const { id, by } = event;
      const until = now + ORDER_PATIENCE_MS;
      const run: Run = { ...begun(id, 'order', event.checks, now, until), by };
      return goOn({ ...state, run }, now, rules, here);
    }
    case 'look':
      return goOn(state.run ? state : atItsHour(state, now, rules, checks, here), now, rules, here);
    case 'done': {
      const { run } = state;
      if (!run?.now) return { state, effects: [] };
      const { now: _, ...rest } = run;
      const told = { ...rest, tries: 0, lines: [...run.lines, event.line] };
      const after = goOn({ ...state, run: told }, now, rules, here);
      return { ...after, effects: [{ do: 'note', run: told, line: event.line }, ...after.effects] };
    }
    case 'given-up': {
      const { run } = state;
      if (!run?.now) return { state, effects: [] };
      const { now: made, ...rest } = run;
      const again = {
        ...rest,
        left: [made.check, ...run.left],
        tries: run.tries + 1,
        notBefore: now + CALM_MS,
      };
      return goOn({ ...state, run: again }, now, rules, here);
    }
    case 'stop':
      return state.run ? leftUndone(state, state.run, 'restart') : { state, effects: [] };
  }
}

const begun = (id: string, why: SelfCheckWhy, left: readonly Check[], now: number, until: number): Run => ({
  ...{ id, why, left, until, startedAt: now, tries: 0, notBefore: now, lines: [] },
});

function atItsHour(
  state: SelfCheckState,
  now: number,
  rules: SelfCheckRules,
  checks: readonly Check[],
  here: Circumstances,
): SelfCheckState {
  const since = sinceHour(here.minute, rules);
  const night = dateOf(here, since);
  const is = since * MINUTE_MS < rules.putOffMs && night !== state.night && checks.length > 0;
  if (!is) return state;
  const until = now + rules.putOffMs - since * MINUTE_MS;
  return { night, run: begun(`night-${night}`, 'schedule', checks, now, until) };
}

/** Begins the next check, or makes way, or ends. */
function goOn(state: SelfCheckState, now: number, rules: SelfCheckRules, here: Circumstances): SelfCheckStep {
  const { run } = state;
  if (!run) return { state, effects: [] };
  const hindered = hindrance(run, rules, here);
  if (run.now) return { state, effects: hindered ? [{ do: 'give-up' }] : [] };
  const [next, ...left] = run.left;
  if (!next) return over(state, run);
  if (now >= run.until || run.tries >= MOST_TRIES) return leftUndone(state, run, hindered ?? 'calls');
  if (hindered === 'calls')
    return { state: { ...state, run: { ...run, notBefore: now + CALM_MS } }, effects: [] };
  if (hindered || now < run.notBefore) return { state, effects: [] };
  const begins = { ...run, left, now: { check: next, since: now } };
  return { state: { ...state, run: begins }, effects: [{ do: 'begin', check: next }] };
}

/** What a person orders is made on battery and in maintenance too. */
function hindrance(
  { why }: Run,
  { calls }: SelfCheckRules,
  here: Circumstances,
): SelfCheckReason | undefined {
  if (here.calls > calls) return 'calls';
  if (!here.engineUp) return 'engine-away';
  if (why === 'order') return undefined;
  if (here.onBattery) return 'on-battery';
  return here.maintenance ? 'maintenance' : undefined;
}

function leftUndone(state: SelfCheckState, run: Run, because: SelfCheckReason): SelfCheckStep {
  const left = run.now ? [run.now.check, ...run.left] : run.left;
  const lines = left.map((check): SelfCheckLine => ({ ...check, result: 'not-done', because, tookMs: 0 }));
  const { now: _, ...rest } = run;
  const all = { ...rest, left: [], lines: [...run.lines, ...lines] };
  const ended = over(state, all);
  return {
    ...ended,
    effects: [
      ...(run.now ? [{ do: 'give-up' } as const] : []),
      ...lines.map((line) => ({ do: 'note', run: all, line }) as const),
      ...ended.effects,
    ],
  };
}

const over = ({ night }: SelfCheckState, run: Run): SelfCheckStep => ({
  state: { night },
  effects: [{ do: 'over', run }],
});
