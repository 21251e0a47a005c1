/** How a rollout writes: its state with its lines in the log, and versions of documents with the state that knows of them. */
import type { Clock } from '@branchline/runtime/clock';
import type { BranchDocuments } from '../fleet/documents.ts';
import type { DocumentVersions, StoredVersion } from '../store/document-versions.ts';
import { step } from './core.ts';
import type { Moved, Moving } from './moving.ts';
import type { RolloutHead, RolloutStore } from '../store/rollouts.ts';
import type { BoxState, Effect, Event, RolloutState, Rules, Stop } from './state.ts';
import type { World } from './world.ts';

export type Store = RolloutStore<BoxState, Stop>;

export interface Rollout {
  readonly head: RolloutHead;
  readonly rules: Rules;
  state: RolloutState;
  /** Somebody looks at it already. */
  busy: boolean;
}

export interface WritingParts {
  readonly clock: Clock;
  readonly documents: BranchDocuments;
  readonly moving: Moving;
  /** A version of a template has proved itself; within the transaction that says so. */
  readonly inForce: (template: string, version: number) => void;
  readonly versions: DocumentVersions;
  readonly store: Store;
  readonly world: World;
}

type Way = 'forward' | 'back';

export class Writing {
  readonly #parts: WritingParts;

  constructor(parts: WritingParts) {
    this.#parts = parts;
  }

  /** @throws what the database throws; nothing has happened then */
  keep(
    rollout: Rollout,
    after: RolloutState,
    effects: readonly Effect[],
    by?: { who: string; address: string },
  ): void {
    const { store, versions, clock } = this.#parts;
    const { id, author } = rollout.head;
    const who = { who: author, address: '', ...by };
    const { change } = rollout.head.plan;
    const isDone = after.status === 'done' && rollout.state.status !== 'done';
    store.together(() => {
      store.save(id, rollout.state, after);
      if (isDone && change.kind === 'template') this.#parts.inForce(change.template, change.version);
      for (const effect of effects) {
        if (effect.do !== 'note') continue;
        const detail = `rollout ${id} '${rollout.head.plan.name}': ${effect.what}`;
        versions.note({ at: clock.now(), ...who, action: 'rollout', box: effect.box, detail });
      }
    });
    rollout.state = after;
  }

  /** Writes the version, or says why there is none to write. @throws what the database throws; nothing was written then */
  async put(rollout: Rollout, name: string, box: BoxState, way: Way): Promise<Event | undefined> {
    const { documents, world, clock } = this.#parts;
    const newest = documents.newest(name);
    const unfit = (has: boolean, note: string): Event => ({ is: 'unfit', box: name, way, has, note });
    if (!newest) return unfit(false, 'headquarters has no version of its document');
    const moved = await this.#moved(rollout, name, box, newest, way);
    if (!moved.ok) return unfit(false, `${moved.fault.path}: ${moved.fault.expected}`);
    if (moved.same && way === 'forward') return unfit(true, 'it has these values already');
    if (moved.same && newest.version !== box.version)
      return unfit(true, 'somebody has taken the change out already');
    const figures = way === 'forward' ? world.before(name, clock.now()) : null;
    const also = (version: number): void => {
      const event = { is: 'put', box: name, way, version, from: newest.version, figures } as const;
      const { state } = step(rollout.rules, rollout.state, event, clock.now());
      this.#parts.store.save(rollout.head.id, rollout.state, state);
      rollout.state = state;
    };
    const before = rollout.state;
    try {
      const taken = documents.put(
        name,
        moved.source,
        this.#asker(rollout, newest, way),
        { origin: 'rollout', cameFrom: null, composition: moved.composition },
        also,
      );
      const fault = taken.faults.find(({ severity }) => severity === 'error');
      return taken.ok ? undefined : unfit(false, `${fault?.path ?? ''}: ${fault?.expected ?? ''}`);
    } catch (error) {
      // What fails after the version is on disk is told to the log; the version stands.
      if (documents.newest(name)?.version === newest.version) rollout.state = before;
      throw error;
    }
  }

  #moved(rollout: Rollout, name: string, box: BoxState, newest: StoredVersion, way: Way): Promise<Moved> {
    const { documents, moving } = this.#parts;
    const { change } = rollout.head.plan;
    if (way === 'forward') return moving.forward(newest, change);
    const carried = documents.stored(name, box.carried ?? 0);
    const before = documents.stored(name, box.from ?? 0);
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
