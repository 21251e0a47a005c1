/** The maintenance windows: opens and closes them in time, writes that into the ledger, keeps those of people over a restart. */
import { randomUUID } from 'node:crypto';
import type { MaintenanceWindow } from '@branchline/contracts/branch/maintenance';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Clock, Timer } from '@branchline/runtime/clock';
import { lookAgainIn, windowsInForce, type LocalTime, type OpenedWindow } from './maintenance.ts';

/** What is kept: windows that people have opened, and which were in force when it was last looked. */
export interface KeptWindows {
  readonly opened: readonly OpenedWindow[];
  readonly inForce: readonly OpenedWindow[];
}

export interface MaintenanceDeps {
  readonly clock: Clock;
  readonly ofDocument: () => Readonly<Record<string, MaintenanceWindow>>;
  readonly localTime: (now: number) => LocalTime;
  /** Events go to the ledger together with what is kept. */
  readonly write: (events: readonly NewEvent[], kept: KeptWindows) => void;
  readonly kept?: KeptWindows | undefined;
  /** Which are in force has changed. */
  readonly onChange: () => void;
}

export class MaintenanceBook {
  readonly #deps: MaintenanceDeps;
  #opened: readonly OpenedWindow[];
  #inForce: readonly OpenedWindow[];
  #timer: Timer | undefined;

  constructor(deps: MaintenanceDeps) {
    this.#deps = deps;
    this.#opened = deps.kept?.opened ?? [];
    this.#inForce = deps.kept?.inForce ?? [];
  }

  inForce(): readonly OpenedWindow[] {
    return this.#inForce;
  }

  /** @param what things as `maintained` of the contracts gives them; @param forMs how long from now on */
  open(what: readonly string[], forMs: number, by: string, note: string | null): OpenedWindow {
    const window = { id: randomUUID(), what, until: this.#deps.clock.now() + forMs, by, note };
    this.#opened = [...this.#opened, window];
    this.look();
    return window;
  }

  /** 'document' for one that only another document ends; undefined when none of that name is in force. */
  end(id: string, by: string): 'ended' | 'document' | undefined {
    if (!this.#inForce.some((window) => window.id === id)) return undefined;
    if (!this.#opened.some((window) => window.id === id)) return 'document';
    this.#opened = this.#opened.filter((window) => window.id !== id);
    this.look(by);
    return 'ended';
  }

  /** At the start, when the document changes, and by itself whenever one begins or ends. */
  look(endedBy = 'time'): void {
    const { clock, ofDocument, localTime, write, onChange } = this.#deps;
    const now = clock.now();
    const before = this.#inForce;
    this.#opened = this.#opened.filter(({ until }) => until > now);
    this.#inForce = windowsInForce(ofDocument(), this.#opened, localTime(now), now);
    const events = [
      ...without(before, this.#inForce).map(({ id }): NewEvent => {
        return { type: 'maintenance.ended', at: now, body: { window: id, who: endedBy } };
      }),
      ...without(this.#inForce, before).map((window) => began(window, now)),
    ];
    if (events.length > 0) {
      write(events, { opened: this.#opened, inForce: this.#inForce });
      onChange();
    }
    this.#timer?.cancel();
    const wait = lookAgainIn(this.#inForce, Object.keys(ofDocument()).length > 0, now);
    if (wait !== undefined) this.#timer = clock.after(wait, () => this.look());
  }

  stop(): void {
    this.#timer?.cancel();
  }
}

const without = (all: readonly OpenedWindow[], some: readonly OpenedWindow[]): OpenedWindow[] =>
  all.filter(({ id }) => !some.some((each) => each.id === id));

function began({ id, what, until, by, note }: OpenedWindow, at: number): NewEvent {
  const body = { window: id, what: [...what], until: new Date(until).toISOString(), who: by };
  return { type: 'maintenance.began', at, body: { ...body, ...(note !== null && { note }) } };
}
