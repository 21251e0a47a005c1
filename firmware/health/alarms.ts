/** The alarm book: keeps what is open, writes each coming and going into the ledger, shows it on the board, says when people are told. */
import { randomUUID } from 'node:crypto';
import { alarms as catalogue, type AlarmCode, type AlarmEntry } from '@branchline/contracts/alarms';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { LiveAlarm } from '@branchline/contracts/live';
import type { Clock, Timer } from '@branchline/runtime/clock';
import { acknowledge, clear, nextTelling, openAlarms, place, raise, tell } from './alarm-core.ts';
import {
  alarmKey,
  type AlarmState,
  type AlarmStep,
  type KeptAlarm,
  type Moment,
  type OpenAlarm,
  type Telling,
} from './alarm-state.ts';
import type { Plan } from './alarm-tree.ts';

export type { OpenAlarm } from './alarm-state.ts';

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
  readonly open?: readonly KeptAlarm[];
  readonly newId?: () => string;
  /** What depends on what, and which windows are in force; everything stands by itself when left out. */
  readonly plan?: () => Plan;
  /** What people are to be told. */
  readonly onTelling?: (telling: Telling) => void;
}

const NO_PLAN: Plan = { needs: () => [], windows: [] };

export class AlarmBook implements Alarms {
  readonly #deps: AlarmBookDeps;
  #state: AlarmState;
  readonly #fading = new Map<string, Timer>();
  #telling: Timer | undefined;

  constructor(deps: AlarmBookDeps) {
    this.#deps = deps;
    this.#state = openAlarms(deps.open ?? [], this.#moment());
    for (const alarm of this.#state.values()) {
      this.#show(alarm);
      this.#fade(alarm.code, alarm.subject);
    }
    this.#tellLater();
  }

  raise(code: AlarmCode, subject: string, detail?: string): void {
    const id = this.#deps.newId?.() ?? randomUUID();
    this.#apply(
      raise(this.#state, { code, subject, detail: detail ?? null, id }, this.#moment(), this.#plan()),
    );
    this.#fade(code, subject);
  }

  clear(code: AlarmCode, subject: string): void {
    if (!this.isOpen(code, subject)) return;
    this.#fading.get(alarmKey(code, subject))?.cancel();
    this.#apply(clear(this.#state, { code, subject }, this.#moment(), this.#plan()));
  }

  /** False when there is no such alarm open. @param who as the ledger names people */
  acknowledge(id: string, who: string, note: string | null): boolean {
    const step = acknowledge(this.#state, { id, who, note }, this.#moment());
    if (step) this.#apply(step);
    return step !== undefined;
  }

  /** Another document is in force, or a maintenance window has begun or ended. */
  planChanged(): void {
    this.#apply(place(this.#state, this.#plan(), this.#moment()));
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

  /** Written before it is shown, and shown before it is told. */
  #apply(step: AlarmStep): void {
    const before = this.#state;
    // Who writes it asks what is open from now on.
    this.#state = step.state;
    if (step.events.length > 0 || step.tellings.length > 0) this.#deps.append(step.events);
    for (const [key, alarm] of before)
      if (!step.state.has(key)) this.#deps.board.set('alarms', alarm.id, null);
    for (const [key, alarm] of step.state) if (before.get(key) !== alarm) this.#show(alarm);
    for (const telling of step.tellings) this.#deps.onTelling?.(telling);
    this.#tellLater();
  }

  #tellLater(): void {
    this.#telling?.cancel();
    const at = this.#moment();
    const step = tell(this.#state, at);
    if (step.tellings.length > 0) {
      this.#apply(step);
      return;
    }
    const next = nextTelling(this.#state, at);
    if (next === undefined) return;
    this.#telling = this.#deps.clock.after(next - at.monotonic, () => this.#tellLater());
  }

  #show(alarm: OpenAlarm): void {
    this.#deps.board.set('alarms', alarm.id, shownAlarm(alarm));
  }

  #plan(): Plan {
    return this.#deps.plan?.() ?? NO_PLAN;
  }

  #moment(): Moment {
    return { now: this.#deps.clock.now(), monotonic: this.#deps.clock.monotonic() };
  }
}

/** As the pages are shown it. */
export function shownAlarm({ cause, window, acknowledged, ...alarm }: OpenAlarm): LiveAlarm {
  const { id, code, severity, subject, detail } = alarm;
  return {
    ...{ id, code, severity, subject, detail },
    since: new Date(alarm.since).toISOString(),
    ...(cause !== null && { cause }),
    ...(window !== null && { window }),
    ...(acknowledged && {
      acknowledged: {
        who: acknowledged.who,
        at: new Date(acknowledged.at).toISOString(),
        note: acknowledged.note,
      },
    }),
  };
}
