/** Which open alarm follows from which, and which are kept quiet. Pure. */
import { SEVERITIES, type Severity } from '@branchline/contracts/alarms';
import type { AlarmState, OpenAlarm } from './alarm-state.ts';
import { breaksIt, isUnder, split, thingOf, type Dependence } from './dependence.ts';

/** A time in which alarms of some things are expected. */
export interface QuietWindow {
  readonly id: string;
  /** Things as in dependence.ts, or 'everything'. What needs them is quiet too. */
  readonly what: readonly string[];
}

/** What alarms are placed by. */
export interface Plan {
  readonly needs: Dependence;
  /** Those in force now. */
  readonly windows: readonly QuietWindow[];
}

export interface Place {
  readonly cause: string | null;
  readonly window: string | null;
}

/** A consequence may be noticed before its cause: a telephone is asked every few seconds, a UPS more seldom. */
const NOTICED_LATE_MS = 60_000;

/** By the alarm's id. The cause is the nearest broken thing that it needs; of several on one thing the oldest. */
export function placesOf(state: AlarmState, plan: Plan): ReadonlyMap<string, Place> {
  const broken = brokenThings(state);
  const windows = plan.windows.map(({ id, what }) => ({ id, what: new Set(what) }));
  return new Map(
    [...state.values()].map((alarm) => {
      const thing = thingOf(alarm.code, alarm.subject);
      const window = windows.find(({ what }) => isUnder(thing, what, plan.needs))?.id ?? null;
      return [alarm.id, { cause: causeOf(alarm, thing, broken, plan.needs)?.id ?? null, window }];
    }),
  );
}

function brokenThings(state: AlarmState): ReadonlyMap<string, readonly OpenAlarm[]> {
  const broken = new Map<string, OpenAlarm[]>();
  for (const alarm of [...state.values()].sort(olderFirst)) {
    const thing = breaksIt(alarm.code) ? thingOf(alarm.code, alarm.subject) : undefined;
    if (thing === undefined) continue;
    for (const key of [thing, `${split(thing)[0]} *`]) broken.set(key, [...(broken.get(key) ?? []), alarm]);
  }
  return broken;
}

function causeOf(
  alarm: OpenAlarm,
  thing: string | undefined,
  broken: ReadonlyMap<string, readonly OpenAlarm[]>,
  needs: Dependence,
): OpenAlarm | undefined {
  if (thing === undefined) return undefined;
  // Two witnesses of one thing, such as two UPS that miss the same mains: the first speaks for both.
  const first = broken.get(thing)?.[0];
  if (first && first !== alarm && olderFirst(first, alarm) < 0) return first;
  let edges = [...needs(thing)];
  while (edges.length > 0) {
    for (const { to, nearMs } of edges) {
      const found = broken.get(to)?.find((each) => mayCause(each, alarm, nearMs));
      if (found) return found;
    }
    edges = edges.flatMap(({ to, nearMs }) => (nearMs === undefined ? needs(to) : []));
  }
  return undefined;
}

/** What began long before cannot follow from what came after it. */
function mayCause(cause: OpenAlarm, alarm: OpenAlarm, nearMs: number | undefined): boolean {
  const later = startOf(alarm, cause) - startOf(cause, alarm);
  return nearMs === undefined ? later >= -NOTICED_LATE_MS : Math.abs(later) <= nearMs;
}

/** By the clock that cannot jump, where both have it. */
const startOf = (alarm: OpenAlarm, beside: OpenAlarm): number =>
  beside.sinceMonotonic === null ? alarm.since : (alarm.sinceMonotonic ?? alarm.since);

const olderFirst = (a: OpenAlarm, b: OpenAlarm): number =>
  a.since - b.since || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Everything that follows from each alarm, however far. By the id of the one at the head; those beneath another have no entry. */
export function treeOf(state: AlarmState): ReadonlyMap<string, readonly OpenAlarm[]> {
  const byId = new Map([...state.values()].map((alarm) => [alarm.id, alarm]));
  const heads = new Map<string, OpenAlarm[]>();
  for (const alarm of byId.values()) {
    let head = alarm;
    for (let up = head; up.cause !== null;) {
      const next = byId.get(up.cause);
      if (!next) break;
      head = up = next;
    }
    const beneath = heads.get(head.id) ?? [];
    heads.set(head.id, head === alarm ? beneath : [...beneath, alarm]);
  }
  return heads;
}

export const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
export const gravest = (severities: readonly Severity[]): Severity =>
  severities.reduce((most, each) => (rank(each) > rank(most) ? each : most), 'info');
