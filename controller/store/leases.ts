/** What is kept of each branch's lease, in one row: what is told of it was stored before. */
import type { BranchLease, KeptLease } from '../continuity/runner.ts';
import type { Boxes } from './boxes.ts';
import type { Database } from './database.ts';

export class Leases {
  readonly #db: Database;
  readonly #boxes: Boxes;

  constructor(db: Database, boxes: Boxes) {
    this.#db = db;
    this.#boxes = boxes;
  }

  async all(): Promise<BranchLease[]> {
    const rows = await this.#db.all<{ box: string; stand_in: string; kept: string }>(
      'select box.name as box, stand_in, kept from lease join box on box.id = lease.box order by box.name',
    );
    return rows.map(({ box, stand_in, kept }) => ({
      box,
      standIn: stand_in,
      kept: JSON.parse(kept) as KeptLease,
    }));
  }

  async put({ box, standIn, kept }: BranchLease): Promise<void> {
    const text = JSON.stringify(kept);
    await this.#db.run(
      `insert into lease (box, stand_in, kept) values (?, ?, ?)
       on conflict (box) do update set stand_in = excluded.stand_in, kept = excluded.kept`,
      ...[await this.#boxes.idOf(box), standIn, text],
    );
  }
}
