/**
 * The ledger on disk. Events, the outbox rows that will report them and the calls in progress are written in one
 * transaction, so that after a kill they tell one story. Numbers are given when an event is written: no gaps, ever.
 */
import type { LedgerEvent, NewEvent } from '@branchline/contracts/ledger';
import { tell, type CallSummary } from '@branchline/contracts/call-story';
import type { Db } from '@branchline/runtime/sqlite';
import { randomBytes } from 'node:crypto';
import type { StepInputs } from '../acd/replay.ts';
import { AcdInputs } from './acd-inputs.ts';
import { BlockDigests } from './block-digests.ts';

interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly call: string | null;
  readonly type: string;
  readonly body: string;
}

/** What one turn of the service has to say: events in order, and the state that goes with them. */
export interface LedgerBatch {
  readonly events: readonly NewEvent[];
  /** Calls in progress that changed; null for one that ended. */
  readonly openCalls: Readonly<Record<string, unknown>>;
  /** Named pieces of state that changed, such as the ACD's; null for one that is no more. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly acdInputs?: readonly StepInputs[];
  /** The last step of the step log that is in it. */
  readonly step?: number;
}

const LAST_STEP = 'lastStep';

export class Ledger {
  readonly #db: Db;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #listeners = new Set<(events: readonly LedgerEvent[]) => void>();
  readonly #firstSeq = new Map<string, number>();
  readonly epoch: string;
  readonly acdInputs: AcdInputs;
  readonly #blocks: BlockDigests;
  #newest: number;
  /** Headquarters has everything up to here. */
  #acked: number;
  #ackedOnDisk: number;

  constructor(db: Db) {
    this.#db = db;
    this.#statements = prepare(db);
    this.acdInputs = new AcdInputs(db);
    this.#blocks = new BlockDigests(db);
    this.epoch = this.#epochOf();
    this.#newest = this.#statements.newest.get()?.seq ?? 0;
    this.#acked = this.#ackedOnDisk = Number(this.about('acked'));
    for (const row of this.#statements.openCalls.all()) this.#firstSeq.set(row.id, row.first_seq);
  }

  #epochOf(): string {
    const known = this.about('epoch');
    if (typeof known === 'string') return known;
    const epoch = randomBytes(8).toString('hex');
    this.#statements.setAbout.run('epoch', JSON.stringify(epoch));
    return epoch;
  }

  /** Writes all or nothing; throws what SQLite throws when the disk will not have it, and then nothing has changed here either. */
  append(batch: LedgerBatch): readonly LedgerEvent[] {
    const firsts = new Map<string, number>();
    const acked = this.#acked;
    const written = this.#db.transaction(() => {
      const events = batch.events.map((event, index) => this.#write(event, this.#newest + index + 1, firsts));
      this.#writeOpenCalls(batch.openCalls, firsts);
      for (const [key, value] of Object.entries(batch.about)) {
        if (value === null) this.#statements.dropAbout.run(key);
        else this.#statements.setAbout.run(key, JSON.stringify(value));
      }
      this.acdInputs.write(batch.acdInputs ?? []);
      if (batch.step !== undefined) this.#statements.setAbout.run(LAST_STEP, String(batch.step));
      if (acked !== this.#ackedOnDisk) this.#statements.setAbout.run('acked', String(acked));
      this.#summarise(events, firsts);
      return events;
    })();
    this.#newest += written.length;
    this.#ackedOnDisk = acked;
    for (const [call, seq] of firsts) if (!this.#statements.call.get(call)) this.#firstSeq.set(call, seq);
    for (const [call, state] of Object.entries(batch.openCalls))
      if (state === null) this.#firstSeq.delete(call);
    if (written.length > 0) for (const listener of this.#listeners) listener(written);
    return written;
  }

  #write(event: NewEvent, seq: number, firsts: Map<string, number>): LedgerEvent {
    const { type, at, call, body } = event;
    if (call !== undefined && !firsts.has(call) && !this.#firstSeq.has(call)) firsts.set(call, seq);
    this.#statements.insert.run(seq, at, call ?? null, type, JSON.stringify(body));
    return { seq, at: new Date(at).toISOString(), ...(call === undefined ? {} : { call }), type, body };
  }

  #writeOpenCalls(openCalls: LedgerBatch['openCalls'], firsts: ReadonlyMap<string, number>): void {
    for (const [id, state] of Object.entries(openCalls)) {
      if (state === null) this.#statements.closeCall.run(id);
      else
        this.#statements.openCall.run(
          id,
          firsts.get(id) ?? this.#firstSeq.get(id) ?? this.#newest + 1,
          JSON.stringify(state),
        );
    }
  }

  /** A call enters the history when it ends; an event that comes later, such as its recording's end, is told on. */
  #summarise(events: readonly LedgerEvent[], firsts: ReadonlyMap<string, number>): void {
    const ended = new Set(
      events.filter(({ type }) => type === 'call.ended' || type === 'call.survived').map(({ call }) => call),
    );
    for (const call of new Set(events.map((event) => event.call))) {
      if (call === undefined) continue;
      if (ended.has(call)) this.#enterHistory(call, firsts.get(call) ?? this.#firstSeq.get(call) ?? 1);
      else
        this.#tellOn(
          call,
          events.filter((event) => event.call === call),
        );
    }
  }

  #enterHistory(call: string, first: number): void {
    const events = this.#statements.ofCall.all(first, call).map(eventOf);
    const summary = events.reduce<CallSummary | undefined>((told, event) => tell(told, event), undefined);
    if (!summary) return;
    this.#statements.putCall.run(
      call,
      Date.parse(summary.startedAt),
      first,
      summary.lastSeq,
      JSON.stringify(summary),
    );
  }

  #tellOn(call: string, events: readonly LedgerEvent[]): void {
    if (this.#firstSeq.has(call)) return;
    const row = this.#statements.call.get(call);
    if (!row) return;
    const before: CallSummary | undefined = JSON.parse(row.summary) as CallSummary;
    const summary = events.reduce<CallSummary | undefined>(tell, before);
    if (summary)
      this.#statements.putCall.run(
        call,
        Date.parse(summary.startedAt),
        row.first_seq,
        summary.lastSeq,
        JSON.stringify(summary),
      );
  }

  /** The last step of the step log that is on disk here. */
  lastStep(): number {
    return Number(this.about(LAST_STEP) ?? 0);
  }

  about(key: string): unknown {
    const row = this.#statements.getAbout.get(key);
    return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
  }

  /** Every piece whose name begins so, by its name. */
  aboutUnder(start: string): Record<string, unknown> {
    const rows = this.#statements.underAbout.all(start, `${start}\u{10ffff}`);
    return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
  }

  openCalls(): Record<string, unknown> {
    return Object.fromEntries(
      this.#statements.openCalls.all().map((row) => [row.id, JSON.parse(row.state) as unknown]),
    );
  }

  /** Where the events of a call in progress begin. */
  firstSeqOf(call: string): number | undefined {
    return this.#firstSeq.get(call);
  }

  newest(): number {
    return this.#newest;
  }

  /** When the newest event was, ms since 1970; undefined in an empty ledger. */
  newestAt(): number | undefined {
    return this.#statements.newest.get()?.at;
  }

  /** Where the events from a moment on begin, ms since 1970; by halves, as time runs with the numbers but for a clock that was set. */
  seqAt(at: number): number {
    let [low, high] = [1, this.#newest + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = this.#statements.timeOf.get(middle);
      if (row && row.at >= at) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  unsent(limit: number): LedgerEvent[] {
    return this.range(this.#acked + 1, this.#newest, limit);
  }

  unsentCount(): number {
    return this.#newest - this.#acked;
  }

  range(from: number, to: number, limit: number): LedgerEvent[] {
    return this.#statements.range.all(from, to, limit).map(eventOf);
  }

  /** Events from a moment on, oldest first; for the figures of the day. */
  since(at: number): LedgerEvent[] {
    return this.#statements.since.all(at, at).map(eventOf);
  }

  /** Of calls that the engine handled alone, those of which the history does not say so yet. */
  unknownSurvivors(calls: readonly string[]): ReadonlySet<string> {
    return new Set(calls.filter((call) => !this.#tellsOfSurvival(call)));
  }

  /** One that we had begun, and that was left to the engine, waits for what the engine says of it; of any other that is here everything is said. */
  #tellsOfSurvival(call: string): boolean {
    const row = this.#statements.call.get(call);
    if (!row) return false;
    const { outcome } = JSON.parse(row.summary) as { outcome: string };
    if (outcome !== 'survived') return true;
    return this.#statements.ofCall.all(row.first_seq, call).some(({ type }) => type === 'call.survived');
  }

  /** Headquarters has stored everything up to and including `upto`. Written with the next events: what a kill forgets is sent again. */
  acked(upto: number): void {
    this.#acked = Math.min(this.#newest, Math.max(this.#acked, upto));
  }

  blockDigest(block: number): string | undefined {
    return this.#blocks.get(block);
  }

  keepBlockDigests(digests: ReadonlyMap<number, string>): void {
    this.#blocks.keep(digests);
  }

  onAppended(listener: (events: readonly LedgerEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

function prepare(db: Db) {
  return {
    newest: db.prepare<[], { seq: number; at: number }>(
      'select seq, at from events order by seq desc limit 1',
    ),
    timeOf: db.prepare<[number], { at: number }>('select at from events where seq >= ? order by seq limit 1'),
    insert: db.prepare('insert into events (seq, at, call, type, body) values (?, ?, ?, ?, ?)'),
    openCalls: db.prepare<[], { id: string; first_seq: number; state: string }>(
      'select id, first_seq, state from open_calls',
    ),
    openCall: db.prepare(
      'insert into open_calls (id, first_seq, state) values (?, ?, ?) on conflict (id) do update set state = excluded.state',
    ),
    closeCall: db.prepare('delete from open_calls where id = ?'),
    getAbout: db.prepare<[string], { value: string }>('select value from about where key = ?'),
    underAbout: db.prepare<[string, string], { key: string; value: string }>(
      'select key, value from about where key >= ? and key < ?',
    ),
    dropAbout: db.prepare('delete from about where key = ?'),
    setAbout: db.prepare(
      'insert into about (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    ),
    range: db.prepare<[number, number, number], EventRow>(
      'select * from events where seq between ? and ? order by seq limit ?',
    ),
    since: db.prepare<[number, number], EventRow>(
      `select * from events where seq >= (select coalesce(min(first_seq), 0) from
         (select first_seq from calls where started >= ? union all select first_seq from open_calls))
       and at >= ? order by seq`,
    ),
    ofCall: db.prepare<[number, string], EventRow>(
      'select * from events where seq >= ? and call = ? order by seq',
    ),
    call: db.prepare<[string], { first_seq: number; summary: string }>(
      'select first_seq, summary from calls where id = ?',
    ),
    putCall: db.prepare(
      `insert into calls (id, started, first_seq, last_seq, summary) values (?, ?, ?, ?, ?)
       on conflict (id) do update set last_seq = excluded.last_seq, summary = excluded.summary`,
    ),
  };
}

export function eventOf(row: EventRow): LedgerEvent {
  const { seq, at, call, type, body } = row;
  return {
    seq,
    at: new Date(at).toISOString(),
    ...(call === null ? {} : { call }),
    type,
    body: JSON.parse(body) as Record<string, unknown>,
  };
}
