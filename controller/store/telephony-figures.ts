/** Figures of a box's calls and test calls, out of what its ledger told. Each reads a stretch of an index and no more. */
import type { Db } from '@branchline/runtime/sqlite';
import { CALLS_PER_MS, firstIdAt } from './call-ids.ts';

const HOUR_MS = 3_600_000;
/** Test calls further back than so many events say nothing of today. */
const MOST_EVENTS = 5_000;
const GOOD_TESTS = ['both-ways', 'heard'];
const SAYS_NOTHING = 'unjudged';

export class TelephonyFigures {
  readonly #ended;
  readonly #byHour;
  readonly #tests;

  constructor(db: Db) {
    this.#ended = db.prepare<[number, number, number], { ended: number; failed: number | null }>(
      `select count(*) as ended, sum(outcome in ('failed', 'refused', 'survived')) as failed from call
       where box = ? and id >= ? and id < ? and outcome is not null and outcome <> 'live'`,
    );
    this.#byHour = db.prepare<[number, number, number], { hour: number; calls: number }>(
      `select id / ${CALLS_PER_MS * HOUR_MS} as hour, count(*) as calls from call
       where box = ? and id >= ? and id < ? and direction is not null group by hour`,
    );
    this.#tests = db.prepare<[number, number], { trunk: string; verdict: string }>(
      `select json_extract(body, '$.trunk') as trunk, json_extract(body, '$.verdict') as verdict from event
       where owner = -?1 and seq > ?2 and type = (select id from event_type where name = 'trunk.tested') order by seq`,
    );
  }

  /** Of calls that began from `from` to before `to` (ms since 1970): how many are over, and how many of them found no way. */
  ended(box: number, from: number, to: number): { ended: number; failed: number } {
    const { ended = 0, failed = 0 } = this.#ended.get(box, firstIdAt(from), firstIdAt(to)) ?? {};
    return { ended, failed: failed ?? 0 };
  }

  /** Calls by the hour since 1970 in which they began; hours without a call are left out. */
  byHour(box: number, from: number, to: number): { hour: number; calls: number }[] {
    return this.#byHour.all(box, firstIdAt(from), firstIdAt(to));
  }

  /** The last word of each trunk's test calls after event `after` of a stream. */
  tests(stream: number, after: number): Record<string, 'good' | 'bad'> {
    const last: Record<string, 'good' | 'bad'> = {};
    for (const { trunk, verdict } of this.#tests.all(stream, after))
      if (verdict !== SAYS_NOTHING) last[trunk] = GOOD_TESTS.includes(verdict) ? 'good' : 'bad';
    return last;
  }

  /** The same of what is before now, as far back as it says something. */
  testsLately(stream: number, newest: number): Record<string, 'good' | 'bad'> {
    return this.tests(stream, Math.max(0, newest - MOST_EVENTS));
  }
}
