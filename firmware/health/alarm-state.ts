/** The alarms that are open, as the box keeps them. */
import type { AlarmCode, Severity } from '@branchline/contracts/alarms';
import type { NewEvent } from '@branchline/contracts/ledger';

export interface Acknowledgement {
  readonly who: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly note: string | null;
}

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
  /** The open alarm that it follows from; null for one that stands by itself. */
  readonly cause: string | null;
  /** The maintenance window that keeps it quiet. */
  readonly window: string | null;
  readonly acknowledged: Acknowledgement | null;
  /** As how grave people were told of it; null as long as nobody was. */
  readonly told: Severity | null;
  /** Monotonic milliseconds before which it is told to nobody. */
  readonly tellFrom: number;
}

/** As it may have been kept by an older version. */
export type KeptAlarm = Pick<OpenAlarm, 'id' | 'code' | 'severity' | 'subject' | 'detail' | 'since'> &
  Partial<Pick<OpenAlarm, 'cause' | 'window' | 'acknowledged' | 'told'>>;

/** By code and subject. */
export type AlarmState = ReadonlyMap<string, OpenAlarm>;

export interface Moment {
  readonly now: number;
  readonly monotonic: number;
}

/** What people are told of an alarm. */
export interface Telling {
  /** `graver`: told before as less than it has become. */
  readonly kind: 'raised' | 'graver' | 'cleared';
  readonly alarm: OpenAlarm;
  /** The gravest of it and of what follows from it. */
  readonly weight: Severity;
  /** What follows from it and is open, the gravest first. */
  readonly consequences: readonly OpenAlarm[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface AlarmStep {
  readonly state: AlarmState;
  readonly events: readonly NewEvent[];
  readonly tellings: readonly Telling[];
}

export const alarmKey = (code: string, subject: string): string => `${code}/${subject}`;
