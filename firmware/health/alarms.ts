/** The alarm book: keeps what is open, writes each coming and going into the ledger, shows it on the board. */
import { randomUUID } from 'node:crypto';
import { alarms as catalogue, type AlarmCode, type AlarmEntry } from '@branchline/contracts/alarms';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { LiveAlarm } from '@branchline/contracts/live';
import type { Clock, Timer } from '@branchline/runtime/clock';
import {
  alarmKey,
  clear,
  openAlarms,
  raise,
  type AlarmState,
  type AlarmStep,
  type OpenAlarm,
} from './alarm-core.ts';

/** What the rooms of the firmware are given. Both are harmless when nothing changes. */
export interface Alarms {
  /** @param subject what it is about: the name of a trunk, a phone, a disk; part of what tells two alarms apart. */
  raise(code: AlarmCode, subject: string, detail?: string): void;
  clear(code: AlarmCode, subject: string): void;
}

export interface AlarmBoard {
  set(collection: 'alarms', id: string, value: LiveAlarm | null): void;
}

export interface AlarmBookDeps {
  readonly clock: Clock;
  /** Appends to the ledger. Must not throw for want of disk: it keeps what it cannot write yet. */
  readonly append: (events: readonly NewEvent[]) => void;
  readonly board: AlarmBoard;
  /** Still open from before a restart; whoever watches their cause clears them when it is gone. */
  readonly open?: readonly Omit<OpenAlarm, 'sinceMonotonic'>[];
  readonly newId?: () => string;
}

export class AlarmBook implements Alarms {
  readonly #deps: AlarmBookDeps;
  #state: AlarmState;
  readonly #fading = new Map<string, Timer>();

  constructor(deps: AlarmBookDeps) {
    this.#deps = deps;
    this.#state = openAlarms((deps.open ?? []).map((alarm) => ({ ...alarm, sinceMonotonic: null })));
    for (const alarm of this.#state.values()) {
      this.#show(alarm);
      this.#fade(alarm.code, alarm.subject);
    }
  }

  raise(code: AlarmCode, subject: string, detail?: string): void {
    const id = this.#deps.newId?.() ?? randomUUID();
    this.#apply(raise(this.#state, { code, subject, detail: detail ?? null, id }, this.#moment()));
    const alarm = this.#state.get(alarmKey(code, subject));
    if (alarm) this.#show(alarm);
    this.#fade(code, subject);
  }

  clear(code: AlarmCode, subject: string): void {
    const alarm = this.#state.get(alarmKey(code, subject));
    if (!alarm) return;
    this.#fading.get(alarmKey(code, subject))?.cancel();
    this.#apply(clear(this.#state, { code, subject }, this.#moment()));
    this.#deps.board.set('alarms', alarm.id, null);
  }

  isOpen(code: AlarmCode, subject: string): boolean {
    return this.#state.has(alarmKey(code, subject));
  }

  /** Clears the alarms of a code whose subject is gone: a trunk that a new document no longer has. */
  keepOnly(code: AlarmCode, subjects: Iterable<string>): void {
    const kept = new Set(subjects);
    for (const alarm of this.#state.values())
      if (alarm.code === code && !kept.has(alarm.subject)) this.clear(code, alarm.subject);
  }

  open(): readonly OpenAlarm[] {
    return [...this.#state.values()];
  }

  /** What happened once has nobody who could see it pass: time clears it. */
  #fade(code: AlarmCode, subject: string): void {
    const { shownForMs }: AlarmEntry = catalogue[code];
    if (shownForMs === undefined) return;
    const key = alarmKey(code, subject);
    this.#fading.get(key)?.cancel();
    const timer = this.#deps.clock.after(shownForMs, () => this.clear(code, subject));
    this.#fading.set(key, timer);
  }

  /** Written before it is shown. */
  #apply(step: AlarmStep): void {
    // Who writes it asks what is open from now on.
    this.#state = step.state;
    if (step.events.length > 0) this.#deps.append(step.events);
  }

  #show(alarm: OpenAlarm): void {
    const { id, code, severity, subject, detail } = alarm;
    const since = new Date(alarm.since).toISOString();
    this.#deps.board.set('alarms', id, { id, code, severity, subject, detail, since });
  }

  #moment(): { now: number; monotonic: number } {
    return { now: this.#deps.clock.now(), monotonic: this.#deps.clock.monotonic() };
  }
}
