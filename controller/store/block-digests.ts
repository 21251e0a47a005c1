/** The hashes of whole blocks of each stream, as they were read back once; dropped where events were taken in anew. */
import type { Database } from './database.ts';

export class BlockDigests {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async get(stream: number, block: number): Promise<string | undefined> {
    const row = await this.#db.one<{ sha256: string }>(
      'select sha256 from block_digest where stream = ? and block = ?',
      ...[stream, block],
    );
    return row?.sha256;
  }

  async keep(stream: number, digests: ReadonlyMap<number, string>): Promise<void> {
    const rows = [...digests].map(([block, sha256]) => [stream, block, sha256]);
    const columns = { stream: 'bigint', block: 'bigint', sha256: 'text' } as const;
    await this.#db.insert({ table: 'block_digest', columns, rows }, 'on conflict do nothing');
  }

  async drop(stream: number, first: number, last: number): Promise<void> {
    await this.#db.run(
      'delete from block_digest where stream = ? and block between ? and ?',
      ...[stream, first, last],
    );
  }
}
