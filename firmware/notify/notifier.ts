/** Tells people of alarms: keeps what is to be told, sends it by its way, tries again. The shell of core.ts. */
import { randomUUID } from 'node:crypto';
import { saidOf } from '@branchline/contracts/alarm-detail';
import type { NotifyWay } from '@branchline/contracts/branch/notify';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Notice } from '@branchline/contracts/notice';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { due, lookIn, notifyStep, type NotifyEvent } from './core.ts';
import type { PaceMoment } from './pace.ts';
import { NOTHING_TOLD, type Message, type NotifyState } from './state.ts';

export interface NotifierDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Those of the document in force. */
  readonly ways: () => Readonly<Record<string, NotifyWay>>;
  readonly minuteOfDay: (now: number) => number;
  /** Events go to the ledger together with what is kept. Must not throw for want of disk. */
  readonly write: (events: readonly NewEvent[], state: NotifyState) => void;
  readonly kept?: NotifyState | undefined;
  /** Rejects when the receiver did not take it, with what was wrong in words that hold no secret. */
  readonly send: (way: NotifyWay, message: Message) => Promise<void>;
  /** `detail` null: it takes what it is sent. */
  readonly onWay: (way: string, detail: string | null) => void;
  readonly newId?: () => string;
}

/** As `NotifyEvent`, before it knows where names come from. */
type Said<E = NotifyEvent> = E extends NotifyEvent ? Omit<E, 'newId'> : never;

export class Notifier {
  readonly #deps: NotifierDeps;
  #state: NotifyState;
  readonly #sending = new Set<string>();
  #timer: Timer | undefined;
  #running = false;
  #stopped = false;

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
    this.#state = deps.kept ?? NOTHING_TOLD;
  }

  /** Takes up what the run before this one has left. */
  start(): void {
    this.#running = true;
    this.#happen({ type: 'look' });
  }

  /** What is being sent just now is sent again after the next start, with the same id. */
  stop(): void {
    this.#running = false;
    this.#stopped = true;
    this.#timer?.cancel();
  }

  tell(notice: Notice): void {
    this.#happen({ type: 'notice', notice });
  }

  documentChanged(): void {
    this.#happen({ type: 'look' });
  }

  state(): NotifyState {
    return this.#state;
  }

  #happen(said: Said): void {
    const { ways, write, newId = randomUUID, onWay } = this.#deps;
    const before = this.#state;
    const step = notifyStep(before, { ...said, newId }, ways(), this.#moment());
    this.#state = step.state;
    if (step.state !== before || step.events.length > 0) write(step.events, step.state);
    for (const { way, detail } of step.failing) onWay(way, detail);
    this.#sendDue();
  }

  #sendDue(): void {
    if (!this.#running) return;
    const { clock, ways } = this.#deps;
    for (const message of due(this.#state, clock.now())) {
      const way = ways()[message.way];
      if (way && !this.#sending.has(way.name)) void this.#send(way, message);
    }
    this.#timer?.cancel();
    const wait = lookIn(this.#state, ways(), this.#moment());
    if (wait !== undefined) this.#timer = clock.after(wait, () => this.#happen({ type: 'look' }));
  }

  async #send(way: NotifyWay, message: Message): Promise<void> {
    const { send, log } = this.#deps;
    this.#sending.add(way.name);
    let detail: string | undefined;
    try {
      await send(way, message);
    } catch (error) {
      detail = saidOf(error);
      log.warn({ way: way.name, detail, tries: message.tries }, 'a notice of alarms was not taken');
    }
    this.#sending.delete(way.name);
    if (this.#stopped) return;
    if (detail === undefined) this.#happen({ type: 'taken', message: message.id });
    else this.#happen({ type: 'refused', message: message.id, detail });
  }

  #moment(): PaceMoment {
    const now = this.#deps.clock.now();
    return { now, minuteOfDay: this.#deps.minuteOfDay(now) };
  }
}
