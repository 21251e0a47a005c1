/** The rollouts as they stand, and the figures of the ledger that they go by. */
import type { RolloutPlan, RolloutStatus } from '@branchline/contracts/fleet/rollouts';
import type { Database } from './database.ts';

/** As a rollout's author asked for it. */
export interface RolloutHead {
  readonly id: number;
  readonly author: string;
  readonly reason: string;
  readonly address: string;
  /** Ms since 1970. */
  readonly at: number;
  readonly plan: RolloutPlan;
}

/** As controller/rollouts/ has it. `boxes` holds what it keeps of each, to be written as JSON. */
export interface KeptRollout<B, S> {
  readonly status: RolloutStatus;
  readonly wave: number;
  readonly stop: S | null;
  readonly boxes: ReadonlyMap<string, B>;
}

interface Row {
  readonly id: number;
  readonly author: string;
  readonly reason: string;
  readonly address: string;
  readonly at: number;
  readonly plan: string;
  readonly status: RolloutStatus;
  readonly wave: number;
  readonly stop: string | null;
}

export class RolloutStore<B, S> {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** All or nothing of what `work` writes. */
  together<T>(work: () => Promise<T>): Promise<T> {
    return this.#db.together(work);
  }

  /** When what is being written is on disk. */
  afterwards(effect: () => void): void {
    this.#db.afterwards(effect);
  }

  begin(head: Omit<RolloutHead, 'id'>, state: KeptRollout<B, S>): Promise<number> {
    const { plan, author, reason, address, at } = head;
    return this.together(async () => {
      const row = await this.#db.one<{ id: number }>(
        `insert into rollout (name, author, reason, address, at, plan, status, wave, stop)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning id`,
        ...[plan.name, author, reason, address, at, JSON.stringify(plan), state.status, state.wave, null],
      );
      const id = row?.id ?? 0;
      await this.saveBoxes(id, [...state.boxes]);
      return id;
    });
  }

  /** What differs from `before`, by identity. */
  save(id: number, before: KeptRollout<B, S>, after: KeptRollout<B, S>): Promise<void> {
    const { status, wave, stop } = after;
    return this.together(async () => {
      if (status !== before.status || wave !== before.wave || stop !== before.stop)
        await this.#db.run(
          'update rollout set status = ?, wave = ?, stop = ? where id = ?',
          ...[status, wave, stop && JSON.stringify(stop), id],
        );
      await this.saveBoxes(
        id,
        [...after.boxes].filter(([name, box]) => before.boxes.get(name) !== box),
      );
    });
  }

  /** Newest first. */
  async all(): Promise<{ head: RolloutHead; state: KeptRollout<B, S> }[]> {
    const rows = await this.#db.all<Row>('select * from rollout order by id desc');
    const all = [];
    for (const row of rows) {
      const { id, author, reason, address, at, plan } = row;
      const head = { id, author, reason, address, at, plan: JSON.parse(plan) as RolloutPlan };
      all.push({ head, state: await this.#stateOf(row) });
    }
    return all;
  }

  async one(id: number): Promise<KeptRollout<B, S> | undefined> {
    const row = await this.#db.one<Row>('select * from rollout where id = ?', id);
    return row && this.#stateOf(row);
  }

  async #stateOf({ id, status, wave, stop }: Row): Promise<KeptRollout<B, S>> {
    const boxes = await this.#db.all<{ box: string; state: string }>(
      'select box, state from rollout_box where rollout = ? order by box',
      id,
    );
    return {
      status,
      wave,
      stop: stop === null ? null : (JSON.parse(stop) as S),
      boxes: new Map(boxes.map(({ box, state }) => [box, JSON.parse(state) as B])),
    };
  }

  /** Of a rollout that is the same otherwise. */
  saveBoxes(id: number, boxes: readonly (readonly [string, B])[]): Promise<void> {
    const rows = boxes.map(([name, box]) => [id, name, JSON.stringify(box)]);
    const columns = { rollout: 'bigint', box: 'text', state: 'text' } as const;
    return this.#db.insert(
      { table: 'rollout_box', columns, rows },
      'on conflict (rollout, box) do update set state = excluded.state',
    );
  }
}
