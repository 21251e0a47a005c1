/** One fault, one alarm: which are open, what follows from what, and what the ledger and people are told when that changes. Pure. */
import { alarms as catalogue, type AlarmCode, type AlarmEntry } from '@branchline/contracts/alarms';
import type { NewEvent } from '@branchline/contracts/ledger';
import {
  alarmKey,
  type AlarmState,
  type AlarmStep,
  type KeptAlarm,
  type Moment,
  type OpenAlarm,
  type Telling,
} from './alarm-state.ts';
import { gravest, placesOf, rank, treeOf, type Plan } from './alarm-tree.ts';
import { thingOf } from './dependence.ts';

/** So long an alarm waits for its cause, and for its own end, before people are told of it, ms. */
export const SETTLE_MS = 15_000;
/** One whose cause or window has gone may still be on its way back: a telephone registers again within a minute, ms. */
export const STAYS_MS = 90_000;

/** Those that were open before a restart. */
export function openAlarms(alarms: readonly KeptAlarm[], at: Moment): AlarmState {
  const tellFrom = at.monotonic + SETTLE_MS;
  const fresh = { cause: null, window: null, acknowledged: null, told: null };
  return new Map(
    alarms.map((alarm) => [
      alarmKey(alarm.code, alarm.subject),
      { ...fresh, ...alarm, sinceMonotonic: null, tellFrom },
    ]),
  );
}

/** A raise of what is open already changes no more than its detail. */
export function raise(
  state: AlarmState,
  what: { code: AlarmCode; subject: string; detail: string | null; id: string },
  at: Moment,
  plan: Plan,
): AlarmStep {
  const key = alarmKey(what.code, what.subject);
  const open = state.get(key);
  if (open) {
    const again = { ...open, detail: what.detail ?? open.detail };
    return { state: new Map(state).set(key, again), events: [], tellings: [] };
  }
  const { id, code, subject, detail } = what;
  const { severity } = catalogue[code];
  const fresh: OpenAlarm = {
    ...{ id, code, severity, subject, detail, since: at.now, sinceMonotonic: at.monotonic },
    ...{ cause: null, window: null, acknowledged: null, told: null },
    tellFrom: at.monotonic + settleMs(code, subject),
  };
  const step = place(new Map(state).set(key, fresh), plan, at, id);
  const { cause = null, window = null } = step.state.get(key) ?? {};
  const body = {
    ...{ alarm: id, code, severity, subject },
    ...(detail !== null && { detail }),
    ...(cause !== null && { cause }),
    ...(window !== null && { window }),
  };
  return { ...step, events: [{ type: 'alarm.raised', at: at.now, body }, ...step.events] };
}

/** What happened once, and what can follow from nothing that is watched, is told at once. */
function settleMs(code: AlarmCode, subject: string): number {
  const { shownForMs }: AlarmEntry = catalogue[code];
  return shownForMs !== undefined && thingOf(code, subject) === undefined ? 0 : SETTLE_MS;
}

export function clear(
  state: AlarmState,
  what: { code: AlarmCode; subject: string },
  at: Moment,
  plan: Plan,
): AlarmStep {
  const key = alarmKey(what.code, what.subject);
  const open = state.get(key);
  if (!open) return { state, events: [], tellings: [] };
  const rest = new Map(state);
  rest.delete(key);
  const { id, code, subject } = open;
  const body = { alarm: id, code, subject, lastedMs: lasted(open, at) };
  const step = place(rest, plan, at);
  const cleared: Telling = {
    kind: 'cleared',
    alarm: open,
    weight: open.told ?? open.severity,
    consequences: [],
    at: at.now,
  };
  return {
    ...step,
    events: [{ type: 'alarm.cleared', at: at.now, body }, ...step.events],
    tellings: open.told === null ? [] : [cleared],
  };
}

/** Puts each alarm where it belongs now: after another has come or gone, the document has changed, a window begins or ends. */
export function place(state: AlarmState, plan: Plan, at: Moment, fresh?: string): AlarmStep {
  const places = placesOf(state, plan);
  const events: NewEvent[] = [];
  const next = new Map(state);
  for (const [key, alarm] of state) {
    const { cause, window } = places.get(alarm.id) ?? alarm;
    if (cause === alarm.cause && window === alarm.window) continue;
    const comesForward = cause === null && window === null;
    const tellFrom = comesForward ? at.monotonic + STAYS_MS : alarm.tellFrom;
    next.set(key, { ...alarm, cause, window, tellFrom });
    if (alarm.id === fresh) continue;
    const { id, code, subject } = alarm;
    const body = {
      ...{ alarm: id, code, subject },
      ...(cause !== null && { cause }),
      ...(window !== null && { window }),
    };
    events.push({ type: 'alarm.placed', at: at.now, body });
  }
  return { state: next, events, tellings: [] };
}

/** Undefined when there is no such alarm open. */
export function acknowledge(
  state: AlarmState,
  what: { id: string; who: string; note: string | null },
  at: Moment,
): AlarmStep | undefined {
  const { id, who, note } = what;
  for (const [key, alarm] of state) {
    if (alarm.id !== id) continue;
    const acknowledged = { who, at: at.now, note };
    const body = { alarm: id, who, ...(note !== null && { note }) };
    return {
      state: new Map(state).set(key, { ...alarm, acknowledged }),
      events: [{ type: 'alarm.acknowledged', at: at.now, body }],
      tellings: [],
    };
  }
  return undefined;
}

/** What people are to be told now, each with what follows from it. What is acknowledged or quiet is told to nobody. */
export function tell(state: AlarmState, at: Moment): AlarmStep {
  const next = new Map(state);
  const tellings: Telling[] = [];
  for (const [id, beneath] of treeOf(state)) {
    const found = [...state].find(([, each]) => each.id === id);
    if (!found) continue;
    const [key, alarm] = found;
    if (alarm.window !== null || alarm.acknowledged || alarm.tellFrom > at.monotonic) continue;
    const settled = beneath.filter((each) => each.window === null && each.tellFrom <= at.monotonic);
    const weight = gravest([alarm.severity, ...settled.map(({ severity }) => severity)]);
    if (alarm.told !== null && rank(weight) <= rank(alarm.told)) continue;
    const told = { ...alarm, told: weight };
    next.set(key, told);
    const consequences = [...beneath].sort((a, b) => rank(b.severity) - rank(a.severity));
    const kind = alarm.told === null ? 'raised' : 'graver';
    tellings.push({ kind, alarm: told, weight, consequences, at: at.now });
  }
  return { state: next, events: [], tellings };
}

/** Monotonic milliseconds of the next moment at which `tell` may have something to say. */
export function nextTelling(state: AlarmState, at: Moment): number | undefined {
  const times = [...state.values()].map(({ tellFrom }) => tellFrom).filter((from) => from > at.monotonic);
  return times.length === 0 ? undefined : Math.min(...times);
}

function lasted(alarm: OpenAlarm, at: Moment): number {
  const ms = alarm.sinceMonotonic === null ? at.now - alarm.since : at.monotonic - alarm.sinceMonotonic;
  return Math.max(0, Math.round(ms));
}
