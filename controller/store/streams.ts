/** The streams of the ledger: one for each life of a box's database. */
import type { Db } from '@branchline/runtime/sqlite';
import type { Kept, Stretch } from '../ledger/stretches.ts';

export interface Stream {
  readonly id: number;
  readonly boxId: number;
  readonly box: string;
  readonly epoch: string;
  readonly kept: Kept;
  /** The newest number the box has spoken of. */
  readonly newest: number;
}

interface Row {
  readonly id: number;
  readonly boxId: number;
  readonly box: string;
  readonly epoch: string;
  readonly contiguous: number;
  readonly newest: number;
  readonly beyond: string;
}

const SELECT = `select stream.id, stream.box as boxId, box.name as box, epoch, contiguous, newest, beyond
  from stream join box on box.id = stream.box`;

export class Streams {
  readonly #find;
  readonly #insert;
  readonly #update;
  readonly #current;
  readonly #ofBox;

  constructor(db: Db) {
    this.#find = db.prepare<[number, string], Row>(`${SELECT} where stream.box = ? and epoch = ?`);
    this.#insert = db.prepare<[number, string]>(
      `insert into stream (box, epoch, contiguous, newest, beyond) values (?, ?, 0, 0, '[]')`,
    );
    this.#update = db.prepare<[number, number, string, number]>(
      'update stream set contiguous = ?, newest = ?, beyond = ? where id = ?',
    );
    this.#ofBox = db.prepare<[number], Row>(`${SELECT} where stream.box = ? order by stream.id desc`);
    this.#current = db.prepare<[], Row>(
      `${SELECT} where stream.id in (select max(id) from stream group by box)`,
    );
  }

  /** The stream of a box's epoch; one that was not known begins empty. */
  open(boxId: number, box: string, epoch: string): Stream {
    const row = this.#find.get(boxId, epoch);
    if (row) return fromRow(row);
    const id = Number(this.#insert.run(boxId, epoch).lastInsertRowid);
    return { id, boxId, box, epoch, kept: { upto: 0, beyond: [] }, newest: 0 };
  }

  save(stream: Stream): void {
    this.#update.run(stream.kept.upto, stream.newest, JSON.stringify(stream.kept.beyond), stream.id);
  }

  /** All that a box has begun, the last one first. */
  ofBox(boxId: number): Stream[] {
    return this.#ofBox.all(boxId).map(fromRow);
  }

  /** Of each box the stream that began last. */
  current(): Stream[] {
    return this.#current.all().map(fromRow);
  }
}

function fromRow(row: Row): Stream {
  const { id, boxId, box, epoch, newest } = row;
  return {
    id,
    boxId,
    box,
    epoch,
    newest,
    kept: { upto: row.contiguous, beyond: JSON.parse(row.beyond) as Stretch[] },
  };
}
