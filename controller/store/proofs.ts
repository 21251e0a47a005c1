/** What the last comparison with each box's ledger said, by stream. */
import type { LedgerProof } from '@branchline/contracts/http/proof';
import type { Database } from './database.ts';

/** Why a stretch cannot be made equal: the box keeps it no more, or it stays different after it was sent again. */
export type Because = NonNullable<LedgerProof['differs']>['because'];

interface Row {
  readonly upto: number;
  readonly sha256: string | null;
  readonly at: number | null;
  readonly differs_from: number | null;
  readonly differs_to: number | null;
  readonly differs_because: string | null;
  readonly differs_at: number | null;
}

export class Proofs {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async of(stream: number): Promise<LedgerProof | null> {
    const row = await this.#db.one<Row>('select * from ledger_proof where stream = ?', stream);
    return row ? proofOf(row) : null;
  }

  /** Of every stream that has one. */
  async all(): Promise<ReadonlyMap<number, LedgerProof>> {
    const rows = await this.#db.all<Row & { stream: number }>('select * from ledger_proof');
    return new Map(rows.map((row) => [row.stream, proofOf(row)]));
  }

  /** Events 1 to `upto` are equal to the box's, whose digest this is. */
  async equal(stream: number, upto: number, sha256: string, at: number): Promise<void> {
    await this.#db.run(
      `insert into ledger_proof (stream, upto, sha256, at) values (?, ?, ?, ?)
       on conflict (stream) do update set upto = excluded.upto, sha256 = excluded.sha256, at = excluded.at,
         differs_from = null, differs_to = null, differs_because = null, differs_at = null`,
      ...[stream, upto, sha256, at],
    );
  }

  async differs(
    stream: number,
    { from, to }: { from: number; to: number },
    because: Because,
    at: number,
  ): Promise<void> {
    await this.#db.run(
      `insert into ledger_proof (stream, upto, differs_from, differs_to, differs_because, differs_at) values (?, 0, ?, ?, ?, ?)
       on conflict (stream) do update set differs_from = excluded.differs_from, differs_to = excluded.differs_to,
         differs_because = excluded.differs_because, differs_at = excluded.differs_at`,
      ...[stream, from, to, because, at],
    );
  }
}

function proofOf(row: Row): LedgerProof {
  const { differs_from: from, differs_to: to, differs_because: because, differs_at: at } = row;
  const differs =
    from === null || to === null || at === null
      ? null
      : { from, to, because: because as Because, at: stamp(at) };
  return { upto: row.upto, sha256: row.sha256, at: row.at === null ? null : stamp(row.at), differs };
}

const stamp = (at: number): string => new Date(at).toISOString();
