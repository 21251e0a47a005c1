/** Figures of a box's calls and test calls, out of what its ledger told. Each reads a stretch of an index and no more. */
import type { Database } from './database.ts';
import { CALLS_PER_MS, firstIdAt } from './call-ids.ts';

const HOUR_MS = 3_600_000;
/** Test calls further back than so many events say nothing of today. */
const MOST_EVENTS = 5_000;
const GOOD_TESTS = ['both-ways', 'heard'];
const SAYS_NOTHING = 'unjudged';

export class TelephonyFigures {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Of calls that began from `from` to before `to` (ms since 1970): how many are over, and how many of them found no way. */
  async ended(box: number, from: number, to: number): Promise<{ ended: number; failed: number }> {
    const row = await this.#db.one<{ ended: number; failed: number | null }>(
      `select count(*) as ended, sum(case when outcome in ('failed', 'refused', 'survived') then 1 else 0 end) as failed
       from call where box = ? and id >= ? and id < ? and outcome is not null and outcome <> 'live'`,
      ...[box, firstIdAt(from), firstIdAt(to)],
    );
    return { ended: row?.ended ?? 0, failed: row?.failed ?? 0 };
  }

  /** Calls by the hour since 1970 in which they began; hours without a call are left out. */
  byHour(box: number, from: number, to: number): Promise<{ hour: number; calls: number }[]> {
    return this.#db.all(
      `select id / ${CALLS_PER_MS * HOUR_MS} as hour, count(*) as calls from call
       where box = ? and id >= ? and id < ? and direction is not null group by 1 order by 1`,
      ...[box, firstIdAt(from), firstIdAt(to)],
    );
  }

  /** The last word of each trunk's test calls after event `after` of a stream. */
  async tests(stream: number, after: number): Promise<Record<string, 'good' | 'bad'>> {
    const { jsonText } = this.#db.words;
    const rows = await this.#db.all<{ trunk: string; verdict: string }>(
      `select ${jsonText('body', 'trunk')} as trunk, ${jsonText('body', 'verdict')} as verdict from event
       where owner = ? and seq > ? and type = (select id from event_type where name = 'trunk.tested') order by seq`,
      ...[-stream, after],
    );
    const last: Record<string, 'good' | 'bad'> = {};
    for (const { trunk, verdict } of rows)
      if (verdict !== SAYS_NOTHING) last[trunk] = GOOD_TESTS.includes(verdict) ? 'good' : 'bad';
    return last;
  }

  /** The same of what is before now, as far back as it says something. */
  testsLately(stream: number, newest: number): Promise<Record<string, 'good' | 'bad'>> {
    return this.tests(stream, Math.max(0, newest - MOST_EVENTS));
  }
}
