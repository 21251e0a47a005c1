/** Reads a stretch of a box's ledger back from where its events lie: with their calls, and with the stream. */
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { Db } from '@branchline/runtime/sqlite';
import { firstIdAt } from './call-ids.ts';
import type { Events, Owner } from './events.ts';
import type { Stream } from './streams.ts';

/** A call's events may come so long after it began before its stretch has to be searched for in all calls. */
const LONGEST_CALL_MS = 24 * 3_600_000;

export class LedgerReader {
  readonly #events: Events;
  readonly #calls;
  readonly #timeBefore;

  constructor(db: Db, events: Events) {
    this.#events = events;
    this.#calls = db.prepare<[number, number, number, number], { id: number; name: string }>(
      'select id, name from call where box = ? and id >= ? and stream = ? and last_seq >= ? order by id',
    );
    this.#timeBefore = db.prepare<[number, number], { at: number }>(
      'select at from event where owner = ? and seq <= ? order by seq desc limit 1',
    );
  }

  /**
   * Whose events may be from this number on. `likely` leaves out calls that began long before: a clock that was set, or
   * a very long call, hides some; `all` finds every one, and takes longer.
   */
  owners({ id, boxId }: Stream, from: number, search: 'likely' | 'all'): Owner[] {
    const at = search === 'all' ? undefined : this.#timeBefore.get(-id, from)?.at;
    const since = at === undefined ? 0 : firstIdAt(at - LONGEST_CALL_MS);
    const calls = this.#calls.all(boxId, since, id, from);
    return [{ stream: id }, ...calls.map(({ id: call, name }) => ({ call, name }))];
  }

  read(owner: Owner, from: number, to: number): LedgerEvent[] {
    return this.#events.within(owner, from, to);
  }
}
