/** Reads a stretch of a box's ledger back from where its events lie: with their calls, and with the stream. */
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { Database } from './database.ts';
import { firstIdAt } from './call-ids.ts';
import type { Events, Owner } from './events.ts';
import type { Stretch } from '../ledger/stretches.ts';
import type { Stream } from './streams.ts';

/** A call's events may come so long after it began before its stretch has to be searched for in all calls. */
const LONGEST_CALL_MS = 24 * 3_600_000;

export class LedgerReader {
  readonly #db: Database;
  readonly #events: Events;

  constructor(db: Database, events: Events) {
    this.#db = db;
    this.#events = events;
  }

  /**
   * Whose events may be among these numbers. `likely` leaves out calls that began long before or after: a clock that was
   * set, or a very long call, hides some; `all` finds every one, and takes longer.
   */
  async owners({ id, boxId }: Stream, [from, to]: Stretch, search: 'likely' | 'all'): Promise<Owner[]> {
    const likely = search === 'likely';
    const before = likely ? await this.#timeOf(-id, `seq <= ? order by seq desc`, from) : undefined;
    const after = likely ? await this.#timeOf(-id, `seq >= ? order by seq`, to) : undefined;
    const since = before === undefined ? 0 : firstIdAt(before - LONGEST_CALL_MS);
    const until = after === undefined ? Number.MAX_SAFE_INTEGER : firstIdAt(after + LONGEST_CALL_MS);
    const calls = await this.#db.all<{ id: number; name: string }>(
      'select id, name from call where box = ? and id between ? and ? and stream = ? and last_seq >= ? order by id',
      ...[boxId, since, until, id, from],
    );
    return [{ stream: id }, ...calls.map(({ id: call, name }) => ({ call, name }))];
  }

  read(owners: readonly Owner[], from: number, to: number): Promise<LedgerEvent[]> {
    return this.#events.withinEach(owners, from, to);
  }

  async #timeOf(owner: number, which: string, seq: number): Promise<number | undefined> {
    const row = await this.#db.one<{ at: number }>(
      `select at from event where owner = ? and ${which} limit 1`,
      ...[owner, seq],
    );
    return row?.at;
  }
}
