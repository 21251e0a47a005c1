/** One fault, one alarm: which are open, and what the ledger is told when one comes or goes. Pure. */
import { alarms as catalogue, type AlarmCode, type Severity } from '@branchline/contracts/alarms';
import type { NewEvent } from '@branchline/contracts/ledger';

export interface OpenAlarm {
  readonly id: string;
  readonly code: AlarmCode;
  readonly severity: Severity;
  /** What it is about: a trunk, a phone, a disk. One alarm is open for a code and a subject. */
  readonly subject: string;
  readonly detail: string | null;
  /** Milliseconds since 1970, by the box's clock. */
  readonly since: number;
  /** Monotonic milliseconds in this process, for how long it lasted when the clock jumps; null after a restart. */
  readonly sinceMonotonic: number | null;
}

export type AlarmState = ReadonlyMap<string, OpenAlarm>;

export interface Moment {
  readonly now: number;
  readonly monotonic: number;
}

export interface AlarmStep {
  readonly state: AlarmState;
  readonly events: readonly NewEvent[];
}

export const alarmKey = (code: AlarmCode, subject: string): string => `${code}/${subject}`;

export function openAlarms(alarms: readonly OpenAlarm[]): AlarmState {
  return new Map(alarms.map((alarm) => [alarmKey(alarm.code, alarm.subject), alarm]));
}

/** A raise of what is open already changes no more than its detail. */
export function raise(
  state: AlarmState,
  what: { code: AlarmCode; subject: string; detail: string | null; id: string },
  at: Moment,
): AlarmStep {
  const key = alarmKey(what.code, what.subject);
  const open = state.get(key);
  if (open) return { state: having(state, key, { ...open, detail: what.detail ?? open.detail }), events: [] };
  const { id, code, subject, detail } = what;
  const { severity } = catalogue[code];
  const alarm = { id, code, severity, subject, detail, since: at.now, sinceMonotonic: at.monotonic };
  const body = { alarm: id, code, severity, subject, ...(detail !== null && { detail }) };
  return { state: having(state, key, alarm), events: [{ type: 'alarm.raised', at: at.now, body }] };
}

export function clear(state: AlarmState, what: { code: AlarmCode; subject: string }, at: Moment): AlarmStep {
  const key = alarmKey(what.code, what.subject);
  const open = state.get(key);
  if (!open) return { state, events: [] };
  const rest = new Map(state);
  rest.delete(key);
  const { id, code, subject } = open;
  const body = { alarm: id, code, subject, lastedMs: lasted(open, at) };
  return { state: rest, events: [{ type: 'alarm.cleared', at: at.now, body }] };
}

function lasted(alarm: OpenAlarm, at: Moment): number {
  const ms = alarm.sinceMonotonic === null ? at.now - alarm.since : at.monotonic - alarm.sinceMonotonic;
  return Math.max(0, Math.round(ms));
}

function having(state: AlarmState, key: string, alarm: OpenAlarm): AlarmState {
  return new Map(state).set(key, alarm);
}
