/** How a rollout writes: its state with its lines in the log, and versions of documents with the state that knows of them. */
import type { Clock } from '@branchline/runtime/clock';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { BranchDocuments } from '../fleet/documents.ts';
import type { DocumentVersions, StoredVersion } from '../store/document-versions.ts';
import { step } from './core.ts';
import type { DocumentChange, Moved, Moving } from './moving.ts';
import { AS_IT_WAS, ASKED_FIRST, type Releasing } from './releasing.ts';
import type { RolloutHead, RolloutStore } from '../store/rollouts.ts';
import type { BoxState, Effect, Event, Put, RolloutState, Rules, Stop } from './state.ts';
import type { World } from './world.ts';

export type Store = RolloutStore<BoxState, Stop>;

export interface Rollout {
  readonly head: RolloutHead;
  readonly rules: Rules;
  state: RolloutState;
  /** Somebody looks at it already. */
  busy: boolean;
  /** What is on disk may be another state. */
  stale: boolean;
}

export interface WritingParts {
  readonly clock: Clock;
  readonly documents: BranchDocuments;
  readonly moving: Moving;
  readonly releasing: Releasing;
  /** A version of a template has proved itself; within the transaction that says so. */
  readonly inForce: (template: string, version: number) => Promise<void>;
  readonly versions: DocumentVersions;
  readonly store: Store;
  readonly world: World;
  /** Within a transaction that is to be written by the controller that leads, and by no other. */
  readonly leads: { fence(): Promise<void>; must(): void };
}

type Way = 'forward' | 'back';

export interface Wanted {
  readonly name: string;
  readonly box: BoxState;
  readonly way: Way;
}

export class Writing {
  readonly #parts: WritingParts;

  constructor(parts: WritingParts) {
    this.#parts = parts;
  }

  /** @throws what the database throws; nothing has happened then */
  async keep(
    rollout: Rollout,
    after: RolloutState,
    effects: readonly Effect[],
    by?: { who: string; address: string },
  ): Promise<void> {
    const { store, versions, clock } = this.#parts;
    const { id, author } = rollout.head;
    const who = { who: author, address: '', ...by };
    const { change } = rollout.head.plan;
    const isDone = after.status === 'done' && rollout.state.status !== 'done';
    await store.together(async () => {
      await this.#parts.leads.fence();
      await store.save(id, rollout.state, after);
      if (isDone && change.kind === 'template') await this.#parts.inForce(change.template, change.version);
      for (const effect of effects) {
        if (effect.do !== 'note') continue;
        const detail = `rollout ${id} '${rollout.head.plan.name}': ${effect.what}`;
        await versions.note({ at: clock.now(), ...who, action: 'rollout', box: effect.box, detail });
      }
    });
    rollout.state = after;
  }

  /**
   * Writes versions with the state that knows of them, all or none; of boxes that none is written for, why.
   * @throws what the database throws; whether they were written is then what the database says at the next look
   */
  async put(rollout: Rollout, wanted: readonly Wanted[]): Promise<Event[]> {
    const { store, leads, clock } = this.#parts;
    const unfit: Event[] = [];
    await store.together(async () => {
      await leads.fence();
      const puts: Put[] = [];
      for (const each of wanted) {
        const write = (put: Put): void => void puts.push(put);
        const said = await this.#asked(rollout, each, write);
        if (said) unfit.push(said);
      }
      if (puts.length === 0) return;
      const { state } = step(rollout.rules, rollout.state, { is: 'put', boxes: puts }, clock.now());
      const changed = puts.flatMap(({ box }): [string, BoxState][] => {
        const now = state.boxes.get(box);
        return now ? [[box, now]] : [];
      });
      await store.saveBoxes(rollout.head.id, changed);
      // Before the boxes are told, and only once it is on disk.
      store.afterwards(() => (rollout.state = state));
    });
    return unfit;
  }

  #asked(rollout: Rollout, wanted: Wanted, written: (put: Put) => void): Promise<Event | undefined> {
    const { change } = rollout.head.plan;
    return change.kind === 'release'
      ? this.#release(rollout, change.version, wanted, written)
      : this.#version(rollout, change, wanted, written);
  }

  /** Within a transaction: the order that one box run a release, or what it ran, or why there is none to give. */
  async #release(
    { head }: Rollout,
    version: string,
    { name, box, way }: Wanted,
    written: (put: Put) => void,
  ): Promise<Event | undefined> {
    const { releasing, world, clock } = this.#parts;
    const isForward = way === 'forward';
    const running = releasing.running(name);
    const unfit = (has: boolean, note: string): Event => ({ is: 'unfit', box: name, way, has, note });
    if (isForward && running === version) return unfit(true, 'it runs this release already');
    const wanted = isForward ? version : box.had;
    if (running === undefined || wanted === undefined) return unfit(false, 'it has not said what it runs');
    const number = isForward ? ASKED_FIRST : ASKED_FIRST + 1 + box.tries;
    const figures = isForward ? await world.before(name, clock.now()) : null;
    try {
      await releasing.order(head, name, { version: wanted, number });
    } catch (fault) {
      if (fault instanceof HttpProblem) return unfit(false, fault.body.message);
      throw fault;
    }
    const had = isForward ? { had: running } : {};
    written({ box: name, way, version: number, from: AS_IT_WAS, figures, ...had });
    return undefined;
  }

  /** Within a transaction: the version of one box, or why there is none to write. */
  async #version(
    rollout: Rollout,
    change: DocumentChange,
    { name, box, way }: Wanted,
    written: (put: Put) => void,
  ): Promise<Event | undefined> {
    const { documents, world, clock } = this.#parts;
    const newest = await documents.newest(name);
    const unfit = (has: boolean, note: string): Event => ({ is: 'unfit', box: name, way, has, note });
    if (!newest) return unfit(false, 'headquarters has no version of its document');
    const moved = await this.#moved(change, name, box, newest, way);
    if (!moved.ok) return unfit(false, `${moved.fault.path}: ${moved.fault.expected}`);
    if (moved.same && way === 'forward') return unfit(true, 'it has these values already');
    if (moved.same && newest.version !== box.version)
      return unfit(true, 'somebody has taken the change out already');
    const figures = way === 'forward' ? await world.before(name, clock.now()) : null;
    const asker = this.#asker(rollout, newest, way);
    const how = { origin: 'rollout', cameFrom: null, composition: moved.composition } as const;
    const taken = await documents.put(name, moved.source, asker, how, (version) => {
      written({ box: name, way, version, from: newest.version, figures });
      return Promise.resolve();
    });
    const fault = taken.faults.find(({ severity }) => severity === 'error');
    return taken.ok ? undefined : unfit(false, `${fault?.path ?? ''}: ${fault?.expected ?? ''}`);
  }

  async #moved(
    change: DocumentChange,
    name: string,
    box: BoxState,
    newest: StoredVersion,
    way: Way,
  ): Promise<Moved> {
    const { documents, moving } = this.#parts;
    if (way === 'forward') return moving.forward(newest, change);
    const carried = await documents.stored(name, box.carried ?? 0);
    const before = await documents.stored(name, box.from ?? 0);
    return moving.back({ newest, carried, before }, change);
  }

  #asker({ head, state }: Rollout, { version }: StoredVersion, way: Way) {
    const { stop } = state;
    const why =
      stop?.by === 'gate'
        ? `gate '${stop.gate}' failed at ${stop.box}`
        : `${stop?.who ?? ''}: ${stop?.reason ?? ''}`;
    const title = `rollout ${head.id} '${head.plan.name}'`;
    return {
      author: head.author,
      address: head.address,
      reason: way === 'forward' ? `${title}: ${head.reason}` : `${title} taken back: ${why}`,
      after: version,
      confirmWithinS: head.plan.confirmWithinS,
    };
  }
}
