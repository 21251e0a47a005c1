/** Reads a stretch of a box's ledger back from where its events lie: with their calls, and with the stream. */
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { Db } from '@branchline/runtime/sqlite';
import { firstIdAt } from './call-ids.ts';
import type { Events, Owner } from './events.ts';
import type { Stretch } from '../ledger/stretches.ts';
import type { Stream } from './streams.ts';

/** A call's events may come so long after it began before its stretch has to be searched for in all calls. */
const LONGEST_CALL_MS = 24 * 3_600_000;

export class LedgerReader {
  readonly #events: Events;
  readonly #calls;
  readonly #timeBefore;
  readonly #timeAfter;

  constructor(db: Db, events: Events) {
    this.#events = events;
    this.#calls = db.prepare<[number, number, number, number, number], { id: number; name: string }>(
      'select id, name from call where box = ? and id between ? and ? and stream = ? and last_seq >= ? order by id',
    );
    this.#timeAfter = db.prepare<[number, number], { at: number }>(
      'select at from event where owner = ? and seq >= ? order by seq limit 1',
    );
    this.#timeBefore = db.prepare<[number, number], { at: number }>(
      'select at from event where owner = ? and seq <= ? order by seq desc limit 1',
    );
  }

  /**
   * Whose events may be among these numbers. `likely` leaves out calls that began long before or after: a clock that was
   * set, or a very long call, hides some; `all` finds every one, and takes longer.
   */
  owners({ id, boxId }: Stream, [from, to]: Stretch, search: 'likely' | 'all'): Owner[] {
    const likely = search === 'likely';
    const before = likely ? this.#timeBefore.get(-id, from)?.at : undefined;
    const after = likely ? this.#timeAfter.get(-id, to)?.at : undefined;
    const since = before === undefined ? 0 : firstIdAt(before - LONGEST_CALL_MS);
    const until = after === undefined ? Number.MAX_SAFE_INTEGER : firstIdAt(after + LONGEST_CALL_MS);
    const calls = this.#calls.all(boxId, since, until, id, from);
    return [{ stream: id }, ...calls.map(({ id: call, name }) => ({ call, name }))];
  }

  read(owner: Owner, from: number, to: number): LedgerEvent[] {
    return this.#events.within(owner, from, to);
  }
}
