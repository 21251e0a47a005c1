/** Call history, read from the ledger's tables. */
import type { CallSummary } from '@branchline/contracts/call-story';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { pageOf } from '@branchline/contracts/call-page';
import { tell } from '@branchline/contracts/call-story';
import type { Db } from '@branchline/runtime/sqlite';
import { eventOf, type Ledger } from './ledger.ts';

export interface HistoryQuery {
  readonly before?: string | undefined;
  readonly limit: number;
  readonly outcome?: string | undefined;
  readonly direction?: string | undefined;
  readonly about?: string | undefined;
}

interface CallDetail {
  readonly call: CallSummary;
  readonly events: LedgerEvent[];
}

const byStandIn = (call: CallSummary): CallSummary => ({ ...call, standIn: true });

export class History {
  readonly #db: Db;
  readonly #ledger: Ledger;
  readonly #settle: () => void;
  readonly #standIns: () => readonly Pick<History, 'newest' | 'detail'>[];

  /**
   * @param settle writes what is not in the database yet: a reader finds what has just happened
   * @param standIns what the branch's stand-in handled, each call in its own time among the others
   */
  constructor(
    db: Db,
    ledger: Ledger,
    settle: () => void,
    standIns: () => readonly Pick<History, 'newest' | 'detail'>[] = () => [],
  ) {
    this.#db = db;
    this.#ledger = ledger;
    this.#settle = settle;
    this.#standIns = standIns;
  }

  list(query: HistoryQuery): { calls: CallSummary[]; more: boolean } {
    const theirs = this.#standIns().flatMap((each) => each.newest(query).map(byStandIn));
    const all = [...this.newest(query), ...theirs];
    const sorted =
      theirs.length === 0
        ? all
        : all.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt)).slice(0, query.limit + 1);
    return pageOf(sorted, query.limit, ({ startedAt }) => startedAt);
  }

  /** Without the stand-in's; one more than asked for where there are more. */
  newest(query: HistoryQuery): CallSummary[] {
    this.#settle();
    const rows = this.#db
      .prepare<unknown[], { summary: string }>(
        `select summary from calls
         where started < @before
           and (@outcome is null or summary ->> 'outcome' = @outcome)
           and (@direction is null or summary ->> 'direction' = @direction)
           and (@about is null or instr(summary ->> 'dialled', @about) or instr(summary -> 'from', @about) or instr(summary -> 'answeredBy', @about))
         order by started desc limit @limit`,
      )
      .all({
        before: query.before === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(query.before),
        outcome: query.outcome ?? null,
        direction: query.direction ?? null,
        about: query.about ?? null,
        limit: query.limit + 1,
      });
    return rows.map((row) => JSON.parse(row.summary) as CallSummary);
  }

  /** A call, ended or in progress, with its events. */
  detail(call: string): CallDetail | undefined {
    const own = this.#ownDetail(call);
    if (own) return own;
    for (const each of this.#standIns()) {
      const found = each.detail(call);
      if (found) return { ...found, call: byStandIn(found.call) };
    }
    return undefined;
  }

  #ownDetail(call: string): CallDetail | undefined {
    this.#settle();
    const ended = this.#db
      .prepare<[string], { first_seq: number; last_seq: number }>(
        'select first_seq, last_seq from calls where id = ?',
      )
      .get(call);
    const first = ended?.first_seq ?? this.#ledger.firstSeqOf(call);
    if (first === undefined) return undefined;
    const last = ended?.last_seq ?? this.#ledger.newest();
    const events = this.#db
      .prepare<[number, number, string], Parameters<typeof eventOf>[0]>(
        'select * from events where seq between ? and ? and call = ? order by seq',
      )
      .all(first, last, call)
      .map(eventOf);
    const summary = events.reduce<CallSummary | undefined>(tell, undefined);
    return summary && { call: summary, events };
  }
}
