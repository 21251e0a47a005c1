/** The drills as they stand and ended: one row each, written with every step. */
import type { Drill } from '../drills/core.ts';
import type { Boxes } from './boxes.ts';
import type { Database } from './database.ts';

/** As a person, or the plan, ordered it. */
export interface DrillHead {
  readonly id: number;
  readonly box: string;
  readonly who: string;
  readonly note: string | null;
  /** Ms since 1970. */
  readonly orderedAt: number;
  /** Of the branch, E.164: what is called. */
  readonly number: string;
}

export interface KeptDrill extends DrillHead {
  readonly drill: Drill;
}

interface Row {
  readonly id: number;
  readonly box: string;
  readonly head: string;
  readonly drill: string;
}

export class DrillStore {
  readonly #db: Database;
  readonly #boxes: Boxes;

  constructor(db: Database, boxes: Boxes) {
    this.#db = db;
    this.#boxes = boxes;
  }

  async begin({ box, ...head }: Omit<DrillHead, 'id'>, drill: Drill): Promise<KeptDrill> {
    const row = await this.#db.one<{ id: number }>(
      'insert into drill (box, head, drill, open) values (?, ?, ?, 1) returning id',
      ...[await this.#boxes.idOf(box), JSON.stringify(head), JSON.stringify(drill)],
    );
    return { id: row?.id ?? 0, box, ...head, drill };
  }

  async save(id: number, drill: Drill, isOpen: boolean): Promise<void> {
    await this.#db.run(
      'update drill set drill = ?, open = ? where id = ?',
      ...[JSON.stringify(drill), isOpen ? 1 : 0, id],
    );
  }

  async open(): Promise<KeptDrill[]> {
    return (await this.#db.all<Row>(`${SELECT} where open = 1 order by drill.id`)).map(ofRow);
  }

  async newest(limit: number, box?: string): Promise<KeptDrill[]> {
    const rows =
      box === undefined
        ? await this.#db.all<Row>(`${SELECT} order by drill.id desc limit ?`, limit)
        : await this.#db.all<Row>(`${SELECT} where box.name = ? order by drill.id desc limit ?`, box, limit);
    return rows.map(ofRow);
  }

  async find(id: number): Promise<KeptDrill | undefined> {
    const row = await this.#db.one<Row>(`${SELECT} where drill.id = ?`, id);
    return row && ofRow(row);
  }
}

const SELECT =
  'select drill.id as id, box.name as box, drill.head as head, drill.drill as drill from drill join box on box.id = drill.box';

/** Of drills that were stored before these were known. */
const BEFORE = { silentMs: 60_000, hours: null } as const;

const ofRow = ({ id, box, head, drill }: Row): KeptDrill => ({
  ...(JSON.parse(head) as Omit<DrillHead, 'id' | 'box'>),
  id,
  box,
  drill: { ...BEFORE, ...(JSON.parse(drill) as Drill) },
});
