/**
 * The drills of all branches: `core.ts` says what is to be done, here it is done, one thing of a drill after the other, and nothing is ordered
 * before it is stored. A restart goes on with what was open.
 */
import type { Party } from '@branchline/contracts/continuity';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { DrillHead, KeptDrill } from '../store/drills.ts';
import {
  hasOrdered,
  isOpen,
  planned,
  step,
  type Drill,
  type DrillEffect,
  type DrillEvent,
  type DrillPlan,
  type Seen,
} from './core.ts';

export interface DrillWorld {
  readonly seen: (box: string, drill: Drill) => Seen;
  /** Calls the branch from outside. Comes back within the time of a call; throws where no call could be placed. */
  readonly call: (box: string, number: string) => Promise<{ by: Party | null; ms: number | null }>;
  /** Null takes it back. What a person has ordered stays as it is. */
  readonly order: (drill: Pick<DrillHead, 'id' | 'box' | 'who'>, to: Party | null) => Promise<void>;
  /** @throws where the box refuses, or does not hear of it */
  readonly cutUplink: (box: string, forMs: number, who: string) => Promise<void>;
}

export interface DrillsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: {
    begin(head: Omit<DrillHead, 'id'>, drill: Drill): Promise<KeptDrill>;
    save(id: number, drill: Drill, isOpen: boolean): Promise<void>;
    open(): Promise<KeptDrill[]>;
  };
  readonly world: DrillWorld;
}

export interface WantedDrill extends DrillPlan {
  readonly box: string;
  readonly who: string;
  readonly note: string | null;
  readonly number: string;
}

interface Running {
  readonly head: DrillHead;
  drill: Drill;
  /** What has happened to it and could not be stored yet, the oldest first. */
  readonly waiting: DrillEvent[];
  working: Promise<void> | undefined;
}

const LOOK_EVERY_MS = 1_000;

export class Drills {
  readonly #deps: DrillsDeps;
  readonly #running = new Map<number, Running>();
  /** Where one is being stored for the first time. */
  readonly #begun = new Set<string>();
  #look: Timer | undefined;
  #works = false;

  constructor(deps: DrillsDeps) {
    this.#deps = deps;
  }

  /** Goes on with those that were open. A call that was under way is placed anew. */
  async start(): Promise<void> {
    this.#works = true;
    for (const { drill, ...head } of await this.#deps.store.open())
      this.#enter(head, { ...drill, calling: false });
  }

  async rest(): Promise<void> {
    this.#works = false;
    this.#look?.cancel();
    const working = [...this.#running.values()].flatMap(({ working: each }) => each ?? []);
    this.#running.clear();
    await Promise.all(working);
  }

  /** Undefined while another one is open there. */
  async begin({ box, who, note, number, ...plan }: WantedDrill): Promise<KeptDrill | undefined> {
    if (this.openAt(box)) return undefined;
    this.#begun.add(box);
    try {
      const orderedAt = this.#deps.clock.now();
      const kept = await this.#deps.store.begin({ box, who, note, number, orderedAt }, planned(plan));
      const { drill, ...head } = kept;
      this.#enter(head, drill);
      return kept;
    } finally {
      this.#begun.delete(box);
    }
  }

  openAt(box: string): boolean {
    return this.#begun.has(box) || [...this.#running.values()].some(({ head }) => head.box === box);
  }

  /** When it is stored, or waits for the store. Does nothing to one that has ended. */
  async stop(id: number, who: string): Promise<void> {
    const running = this.#running.get(id);
    if (running) await this.#happen(running, { is: 'stopped', who });
  }

  /** What a person did at the branch is undone. Does nothing to a drill that nobody's hands are in. */
  async undone(id: number): Promise<void> {
    const running = this.#running.get(id);
    if (running) await this.#happen(running, { is: 'undone' });
  }

  #enter(head: DrillHead, drill: Drill): void {
    this.#running.set(head.id, { head, drill, waiting: [], working: undefined });
    this.#lookAgain(0);
  }

  #lookAgain(afterMs: number): void {
    this.#look?.cancel();
    if (!this.#works || this.#running.size === 0) return;
    this.#look = this.#deps.clock.after(afterMs, () => {
      for (const running of this.#running.values())
        if (running.waiting.length > 0 || !isOpen(running.drill)) void this.#work(running);
        else
          void this.#happen(running, {
            is: 'look',
            seen: this.#deps.world.seen(running.head.box, running.drill),
          });
      this.#lookAgain(LOOK_EVERY_MS);
    });
  }

  #happen(running: Running, event: DrillEvent): Promise<void> {
    running.waiting.push(event);
    return this.#work(running);
  }

  #work(running: Running): Promise<void> {
    running.working ??= this.#workOff(running).finally(() => (running.working = undefined));
    return running.working;
  }

  async #workOff(running: Running): Promise<void> {
    const { waiting, head } = running;
    try {
      for (let event = waiting[0]; event && this.#works && isOpen(running.drill); event = waiting[0]) {
        await this.#take(running, event);
        waiting.shift();
      }
      if (this.#works && !isOpen(running.drill)) await this.#close(running);
    } catch (error) {
      this.#deps.log.error(
        { err: error, drill: head.id, box: head.box },
        'a drill cannot be stored: it waits',
      );
    }
  }

  async #take(running: Running, event: DrillEvent): Promise<void> {
    const { head, drill } = running;
    const { drill: next, effects } = step(drill, event, this.#deps.clock.now());
    // One that has ended stays open in the store until what it changed is taken back.
    if (next !== drill) await this.#deps.store.save(head.id, next, true);
    running.drill = next;
    if (isOpen(next)) for (const effect of effects) this.#perform(running, effect);
  }

  /** Done again for as long as it fails, over a restart too: an order that was left behind would hold the branch for ever. */
  async #close(running: Running): Promise<void> {
    const { head, drill } = running;
    if (hasOrdered(drill)) await this.#deps.world.order(head, null);
    await this.#deps.store.save(head.id, drill, false);
    this.#running.delete(head.id);
  }

  #perform(running: Running, effect: DrillEffect): void {
    const { world } = this.#deps;
    const { box, who } = running.head;
    switch (effect.do) {
      case 'call':
        return void this.#call(running);
      case 'order':
        return this.#refusable(running, world.order(running.head, effect.to));
      case 'cut-uplink':
        return this.#refusable(running, world.cutUplink(box, effect.forMs, who));
    }
  }

  async #call(running: Running): Promise<void> {
    const { box, number, id } = running.head;
    const at = this.#deps.clock.now();
    try {
      const { by, ms } = await this.#deps.world.call(box, number);
      await this.#happen(running, { is: 'called', at, by, ms });
    } catch (error) {
      this.#deps.log.warn({ err: error, drill: id, box }, 'a call of a drill could not be placed');
      await this.#happen(running, { is: 'not-placed' });
    }
  }

  #refusable(running: Running, done: Promise<void>): void {
    done.catch((error: unknown) => {
      const { id, box } = running.head;
      this.#deps.log.warn({ err: error, drill: id, box }, 'what a drill orders was refused');
      void this.#happen(running, { is: 'refused' });
    });
  }
}
