/** The hashes of whole blocks of the ledger. They stay when their events go, so that an old stretch can still be compared. */
import type { Db } from '@branchline/runtime/sqlite';

export class BlockDigests {
  readonly #db: Db;
  readonly #get;
  readonly #put;

  constructor(db: Db) {
    this.#db = db;
    this.#get = db.prepare<[number], { sha256: string }>('select sha256 from block_digests where block = ?');
    this.#put = db.prepare<[number, string]>(
      'insert into block_digests (block, sha256) values (?, ?) on conflict (block) do nothing',
    );
  }

  get(block: number): string | undefined {
    return this.#get.get(block)?.sha256;
  }

  /** @throws what SQLite throws; the hashes are made again then. */
  keep(digests: ReadonlyMap<number, string>): void {
    this.#db.transaction(() => {
      for (const [block, sha256] of digests) this.#put.run(block, sha256);
    })();
  }
}
