/**
 * What only one of several controllers may do, is done by the one that leads. Whoever was stopped and does not know that another has
 * taken over is held up by the database: what a leader writes is written in a transaction that finds it leading, or not at all.
 */
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import type { Log } from '@branchline/runtime/log';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { Database } from './store/database.ts';
import type { Leader, Leadership } from './store/leadership.ts';

/** How long nobody takes over from one that is silent, ms of the database's clock. */
export const TERM_MS = 15_000;
const ASK_EVERY_MS = TERM_MS / 3;

/** Asked by a room that works at the leader alone. */
export interface Leads {
  /** @throws HttpProblem where another is known to lead */
  must(): void;
  /** Within a transaction: nobody takes over before it is over. @throws HttpProblem where another has */
  fence(): Promise<void>;
  /** For what is not written, and binds no longer than from when it was asked for: nobody had taken over by then. @throws as `fence` */
  since(): Promise<void>;
}

/** On a database that no other controller can have. */
export const ALONE: Leads = {
  must: () => undefined,
  fence: () => Promise.resolve(),
  since: () => Promise.resolve(),
};

export interface LedRoom {
  /** Reads what others may have written, and goes on. */
  start(): Promise<void>;
  /** Lets all go; done when nothing of it is under way. */
  rest(): Promise<void>;
}

/** Makes of a write one that whoever was overtaken does not make. */
export const fencedBy =
  (db: Pick<Database, 'together'>, leads: Leads) =>
  <A extends unknown[], R>(write: (...given: A) => Promise<R>) =>
  (...given: A): Promise<R> =>
    db.together(async () => {
      await leads.fence();
      return write(...given);
    });

/** Several as one: the first is there when the next one begins, and rests after it. */
export const ledTogether = (...rooms: readonly LedRoom[]): LedRoom => ({
  start: async () => {
    for (const room of rooms) await room.start();
  },
  rest: async () => {
    for (const room of rooms.toReversed()) await room.rest();
  },
});

export interface LeadingParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly leadership: Leadership;
  /** A name that no other controller has, the same after a restart. */
  readonly name: string;
  readonly room: () => LedRoom;
  /** Said with each question, so that it is seen who is there. */
  readonly presence?: { there(): Promise<void>; went(): Promise<void> };
}

export class Leading implements Part, Leads {
  readonly name = 'leading';
  readonly #parts: LeadingParts;
  /** 0 while it does not lead. */
  #term = 0;
  #leader: Leader | undefined;
  #timer: Timer | undefined;
  #asking: Promise<void> = Promise.resolve();
  /** The question of `since` that has not been put yet: whoever asks now shares it. */
  #next: Promise<void> | undefined;
  #putting: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: LeadingParts) {
    this.#parts = parts;
  }

  start(): Promise<void> {
    return this.#ask();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#asking;
    const { leadership, name, room, log, presence } = this.#parts;
    if (this.#term > 0) await room().rest();
    try {
      await presence?.went();
      if (this.#term > 0) await leadership.giveUp(name, this.#term);
    } catch (err) {
      log.warn({ err }, 'the lead could not be given up; another takes over when the term is over');
    }
  }

  must(): void {
    if (this.#term === 0) throw anotherLeads(this.#leader?.holder);
  }

  async fence(): Promise<void> {
    this.must();
    if (!(await this.#parts.leadership.leads(this.#parts.name, this.#term))) throw anotherLeads(undefined);
  }

  /** One that is under way was put before: it may have been answered before what is asked of it now. */
  since(): Promise<void> {
    this.#next ??= this.#putting.then(() => {
      this.#next = undefined;
      const put = this.#stillLeads();
      this.#putting = put.catch(() => undefined);
      return put;
    });
    return this.#next;
  }

  async #stillLeads(): Promise<void> {
    this.must();
    const { leadership, name } = this.#parts;
    if (!(await leadership.stillLeads(name, this.#term))) throw anotherLeads(undefined);
  }

  /** When the question that is under way has been answered. */
  settled(): Promise<void> {
    return this.#asking;
  }

  #ask(): Promise<void> {
    this.#asking = this.#asked().catch((err: unknown) => {
      this.#parts.log.warn({ err }, 'who leads could not be asked of the database; it is asked again');
    });
    this.#asking = this.#asking.then(() => {
      if (this.#stopped) return;
      this.#timer = this.#parts.clock.after(ASK_EVERY_MS, () => void this.#ask());
    });
    return this.#asking;
  }

  async #asked(): Promise<void> {
    const { leadership, name, room, log, presence } = this.#parts;
    const leader = await leadership.take(name, this.#term, TERM_MS);
    await presence?.there();
    this.#leader = leader;
    const term = leader?.holder === name ? leader.term : 0;
    if (term === this.#term) return;
    // What is under way belongs to the term before, in which nothing can be written any more.
    if (this.#term > 0) await room().rest();
    this.#term = 0;
    if (term > 0) {
      this.#term = term;
      try {
        await room().start();
      } catch (error) {
        // What of it has begun ends before it is tried again.
        await room().rest();
        this.#term = 0;
        throw error;
      }
    }
    log.info(
      { leader: leader?.holder, term: leader?.term },
      term > 0 ? 'this controller leads' : 'another leads',
    );
  }
}

const anotherLeads = (holder: string | undefined): HttpProblem =>
  new HttpProblem(
    503,
    {
      code: 'another-leads',
      message: `Another controller leads${holder === undefined ? '' : `: '${holder}'`}. Rollouts, drills and who answers for a branch are shown and ordered there.`,
      ...(holder !== undefined && { value: holder }),
      remedy: 'Ask the controller that leads; where it has just been lost, ask again within half a minute.',
    },
    5,
  );
