/** The hashes of whole blocks of each stream, as they were read back once; dropped where events were taken in anew. */
import type { Db } from '@branchline/runtime/sqlite';

export class BlockDigests {
  readonly #db: Db;
  readonly #get;
  readonly #put;
  readonly #drop;

  constructor(db: Db) {
    this.#db = db;
    this.#get = db.prepare<[number, number], { sha256: string }>(
      'select sha256 from block_digest where stream = ? and block = ?',
    );
    this.#put = db.prepare<[number, number, string]>(
      'insert into block_digest (stream, block, sha256) values (?, ?, ?) on conflict do nothing',
    );
    this.#drop = db.prepare<[number, number, number]>(
      'delete from block_digest where stream = ? and block between ? and ?',
    );
  }

  get(stream: number, block: number): string | undefined {
    return this.#get.get(stream, block)?.sha256;
  }

  keep(stream: number, digests: ReadonlyMap<number, string>): void {
    this.#db.transaction(() => {
      for (const [block, sha256] of digests) this.#put.run(stream, block, sha256);
    })();
  }

  drop(stream: number, first: number, last: number): void {
    this.#drop.run(stream, first, last);
  }
}
