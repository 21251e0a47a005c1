/** The calls: one row each, kept in the order of the history. */
import type { CallSummary } from '@branchline/contracts/call-story';
import type { Db } from '@branchline/runtime/sqlite';
import { CALLS_PER_MS, firstIdAt } from './call-ids.ts';
import { fromRow, toRow, type CallRow } from './call-rows.ts';

export interface KeptCall {
  readonly id: number;
  /** Undefined while the event that begins the call has not come. */
  readonly summary: CallSummary | undefined;
  /** The highest number among the events that made the summary. */
  readonly lastSeq: number;
}

export interface CallPlace {
  readonly box: number;
  readonly stream: number;
  readonly name: string;
}

export interface CallFilter {
  /** Ms since 1970; calls that started before it. */
  readonly before?: number | undefined;
  readonly limit: number;
  readonly box?: number | undefined;
  readonly outcome?: string | undefined;
  readonly direction?: string | undefined;
  readonly about?: string | undefined;
}

type Row = CallRow & { readonly id: number; readonly box: number; readonly stream: number };
type WholeRow = CallRow & { readonly id: number; readonly box: string };

/** A search looks through so many calls and no more, so that it cannot hold everything else up. */
export const MOST_SEARCHED = 200_000;

const COLUMNS = `name, last_seq, direction, from_party, dialled, trunk, queue, answered_by, started_at, answered_at, ended_at,
  wait_ms, talk_ms, outcome, recording, not_recorded, flags, transfers`;
const NAMES = COLUMNS.split(',').map((name) => name.trim());

const NOT_BEGUN = Object.fromEntries(NAMES.map((name) => [name, null]));

export class Calls {
  readonly #db: Db;
  readonly #find;
  readonly #lastWithin;
  readonly #insert;
  readonly #update;
  readonly #move;
  readonly #live;
  readonly #named;

  constructor(db: Db) {
    this.#db = db;
    this.#find = db.prepare<[string, number], CallRow & { id: number }>(
      `select id, ${COLUMNS} from call where name = ? and stream = ?`,
    );
    this.#lastWithin = db.prepare<[number, number], { id: number | null }>(
      'select max(id) as id from call where id between ? and ?',
    );
    this.#insert = db.prepare<[Row]>(
      `insert into call (id, box, stream, ${COLUMNS}) values (@id, @box, @stream, ${NAMES.map((name) => `@${name}`).join(', ')})`,
    );
    const assignments = NAMES.map((name) => `${name} = @${name}`).join(', ');
    this.#update = db.prepare<[Row]>(`update call set ${assignments} where id = @id`);
    this.#move = db.prepare<[number, number]>('update call set id = ? where id = ?');
    this.#live = db.prepare<[number], CallRow>(
      `select ${COLUMNS} from call where stream = ? and outcome = 'live'`,
    );
    this.#named = db.prepare<[string, number], { id: number }>(
      'select id from call where name = ? and box = ? and direction is not null order by id desc limit 1',
    );
  }

  find(place: CallPlace): KeptCall | undefined {
    const row = this.#find.get(place.name, place.stream);
    return row && { id: row.id, summary: summaryOf(row), lastSeq: row.last_seq };
  }

  /** An id for a call that is new here. */
  freeIdAt(startedMs: number): number {
    for (let first = firstIdAt(startedMs); ; first += CALLS_PER_MS) {
      const last = this.#lastWithin.get(first, first + CALLS_PER_MS - 1)?.id ?? first - 1;
      if (last < first + CALLS_PER_MS - 1) return last + 1;
    }
  }

  /** The call turned out to have started at another time; its new id. */
  move(id: number, startedMs: number): number {
    const free = this.freeIdAt(startedMs);
    this.#move.run(free, id);
    return free;
  }

  save(place: CallPlace, call: KeptCall, isNew: boolean): void {
    const told = call.summary ? toRow(call.summary) : NOT_BEGUN;
    const row = { ...told, ...place, last_seq: call.lastSeq, id: call.id } as Row;
    (isNew ? this.#insert : this.#update).run(row);
  }

  /** Nothing that it was told by is there any more. */
  remove(id: number): void {
    this.#db.prepare('delete from call where id = ?').run(id);
  }

  liveOf(stream: number): CallSummary[] {
    return this.#live.all(stream).map(fromRow);
  }

  /** The newest call of that name at a box; names repeat only if a box's database began anew and chose them again. */
  idOf(box: number, name: string): number | undefined {
    return this.#named.get(name, box)?.id;
  }

  byId(id: number): CallSummary | undefined {
    const row = this.#db.prepare(`select ${COLUMNS} from call where id = ?`).get(id) as CallRow | undefined;
    return row && summaryOf(row);
  }

  /** Newest first. */
  list(filter: CallFilter): { box: string; summary: CallSummary }[] {
    const inner = ['direction is not null'];
    if (filter.before !== undefined) inner.push('id < @before');
    if (filter.box !== undefined) inner.push('box = @box');
    const outer = ['1'];
    if (filter.outcome !== undefined) outer.push('outcome = @outcome');
    if (filter.direction !== undefined) outer.push('direction = @direction');
    if (filter.about !== undefined) outer.push(ABOUT);
    const sql = `select searched.*, box.name as box from
      (select id, box as box_id, ${COLUMNS} from call where ${inner.join(' and ')} order by id desc limit ${MOST_SEARCHED})
      as searched join box on box.id = searched.box_id where ${outer.join(' and ')} limit @limit`;
    const before = filter.before === undefined ? null : firstIdAt(filter.before);
    const named = { box: null, outcome: null, direction: null, about: null, ...filter, before };
    const rows = this.#db.prepare(sql).all(named) as WholeRow[];
    return rows.map((row) => ({ box: row.box, summary: fromRow(row) }));
  }
}

/** Part of a number, an extension or an agent's id, wherever the call speaks of one. */
const ABOUT = `(instr(dialled, @about) > 0 or instr(json_extract(from_party, '$.id'), @about) > 0
  or exists (select 1 from json_each(answered_by) where instr(value ->> 'id', @about) > 0))`;

const summaryOf = (row: CallRow): CallSummary | undefined =>
  (row.direction as string | null) === null ? undefined : fromRow(row);
