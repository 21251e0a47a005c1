/** The rollouts as they stand, and the figures of the ledger that they go by. */
import type { RolloutPlan, RolloutStatus } from '@branchline/contracts/fleet/rollouts';
import type { Db } from '@branchline/runtime/sqlite';

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
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** All or nothing of what `action` writes. */
  together<T>(action: () => T): T {
    return this.#db.transaction(action)();
  }

  begin(head: Omit<RolloutHead, 'id'>, state: KeptRollout<B, S>): number {
    const { plan, author, reason, address, at } = head;
    return this.together(() => {
      const { lastInsertRowid } = this.#db
        .prepare(
          `insert into rollout (name, author, reason, address, at, plan, status, wave, stop)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(plan.name, author, reason, address, at, JSON.stringify(plan), state.status, state.wave, null);
      const id = Number(lastInsertRowid);
      this.#saveBoxes(id, state.boxes);
      return id;
    });
  }

  /** What differs from `before`, by identity. */
  save(id: number, before: KeptRollout<B, S>, after: KeptRollout<B, S>): void {
    const { status, wave, stop } = after;
    if (status !== before.status || wave !== before.wave || stop !== before.stop)
      this.#db
        .prepare('update rollout set status = ?, wave = ?, stop = ? where id = ?')
        .run(status, wave, stop && JSON.stringify(stop), id);
    this.#saveBoxes(
      id,
      [...after.boxes].filter(([name, box]) => before.boxes.get(name) !== box),
    );
  }

  /** Newest first. */
  all(): { head: RolloutHead; state: KeptRollout<B, S> }[] {
    const rows = this.#db.prepare('select * from rollout order by id desc').all() as Row[];
    const boxes = this.#db.prepare<[number], { box: string; state: string }>(
      'select box, state from rollout_box where rollout = ? order by box',
    );
    return rows.map(({ id, author, reason, address, at, plan, status, wave, stop }) => ({
      head: { id, author, reason, address, at, plan: JSON.parse(plan) as RolloutPlan },
      state: {
        status,
        wave,
        stop: stop === null ? null : (JSON.parse(stop) as S),
        boxes: new Map(boxes.all(id).map(({ box, state }) => [box, JSON.parse(state) as B])),
      },
    }));
  }

  #saveBoxes(id: number, boxes: Iterable<readonly [string, B]>): void {
    const put = this.#db.prepare('insert or replace into rollout_box (rollout, box, state) values (?, ?, ?)');
    for (const [name, box] of boxes) put.run(id, name, JSON.stringify(box));
  }
}
