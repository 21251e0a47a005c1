/** The streams of the ledger: one for each life of a box's database. */
import type { Database } from './database.ts';
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

const SELECT = `select stream.id, stream.box as "boxId", box.name as box, epoch, contiguous, newest, beyond
  from stream join box on box.id = stream.box`;

const COLUMNS = { id: 'bigint', contiguous: 'bigint', newest: 'bigint', beyond: 'text' } as const;

export class Streams {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The stream of a box's epoch; one that was not known begins empty. */
  async open(boxId: number, box: string, epoch: string): Promise<Stream> {
    const find = (): Promise<Row | undefined> =>
      this.#db.one<Row>(`${SELECT} where stream.box = ? and epoch = ?`, boxId, epoch);
    const known = await find();
    if (known) return fromRow(known);
    await this.#db.run(
      `insert into stream (box, epoch, contiguous, newest, beyond) values (?, ?, 0, 0, '[]')
       on conflict (box, epoch) do nothing`,
      ...[boxId, epoch],
    );
    const begun = await find();
    if (!begun) throw new Error(`stream ${epoch} of box '${box}' was begun and is not there`);
    return fromRow(begun);
  }

  /** As it is now; whoever else writes to it goes on. */
  async get(id: number): Promise<Stream | undefined> {
    return (await this.those([id]))[0];
  }

  async those(ids: readonly number[]): Promise<Stream[]> {
    const rows = await this.#db.all<Row>(
      `${SELECT} where stream.id in (select cast(value as bigint) from ${this.#db.words.items('?')})`,
      JSON.stringify(ids),
    );
    return rows.map(fromRow);
  }

  /** As they are now, and nobody else's until the transaction is over. */
  async hold(ids: readonly number[]): Promise<Stream[]> {
    const { items, forUpdate } = this.#db.words;
    const list = JSON.stringify(ids);
    // In the order of their numbers, so that two who hold several never wait for each other.
    if (forUpdate !== '')
      await this.#db.all(
        `select id from stream where id in (select cast(value as bigint) from ${items('?')}) order by id ${forUpdate}`,
        list,
      );
    const rows = await this.#db.all<Row>(
      `${SELECT} where stream.id in (select cast(value as bigint) from ${items('?')}) order by stream.id`,
      list,
    );
    return rows.map(fromRow);
  }

  async save(streams: readonly Stream[]): Promise<void> {
    const rows = streams.map(({ id, kept, newest }) => [id, kept.upto, newest, JSON.stringify(kept.beyond)]);
    await this.#db.update({ table: 'stream', columns: COLUMNS, rows });
  }

  /** All that a box has begun, the last one first. */
  async ofBox(boxId: number): Promise<Stream[]> {
    const rows = await this.#db.all<Row>(`${SELECT} where stream.box = ? order by stream.id desc`, boxId);
    return rows.map(fromRow);
  }

  /** Of each box the stream that began last. */
  async current(): Promise<Stream[]> {
    const rows = await this.#db.all<Row>(
      `${SELECT} where stream.id in (select max(id) from stream group by box)`,
    );
    return rows.map(fromRow);
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
