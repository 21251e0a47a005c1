/** The calls: one row each, kept in the order of the history. */
import type { CallSummary } from '@branchline/contracts/call-story';
import type { Database } from './database.ts';
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

type WholeRow = CallRow & { readonly id: number; readonly box: string };

/** A search looks through so many calls and no more, so that it cannot hold everything else up. */
export const MOST_SEARCHED = 200_000;

const TYPES = {
  name: 'text',
  last_seq: 'bigint',
  direction: 'text',
  from_party: 'text',
  dialled: 'text',
  trunk: 'text',
  queue: 'text',
  answered_by: 'text',
  started_at: 'bigint',
  answered_at: 'bigint',
  ended_at: 'bigint',
  wait_ms: 'double precision',
  talk_ms: 'double precision',
  outcome: 'text',
  recording: 'text',
  not_recorded: 'text',
  flags: 'bigint',
  transfers: 'bigint',
} as const;
const NAMES = Object.keys(TYPES) as (keyof typeof TYPES)[];
const COLUMNS = NAMES.join(', ');

export class Calls {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those of these streams that have one of these names. */
  async find(
    places: readonly CallPlace[],
  ): Promise<{ readonly place: CallPlace; readonly call: KeptCall }[]> {
    const names = JSON.stringify([...new Set(places.map(({ name }) => name))]);
    const rows = await this.#db.all<CallRow & CallPlace & { id: number }>(
      `select id, box, stream, ${COLUMNS} from call where name in (select value from ${this.#db.words.items('?')})`,
      names,
    );
    return rows.map(({ id, box, stream, ...row }) => ({
      place: { box, stream, name: row.name },
      call: { id, summary: summaryOf(row), lastSeq: row.last_seq },
    }));
  }

  /** Ids for calls that are new here, one for each of these moments of starting. */
  async freeIdsAt(startedMs: readonly number[]): Promise<number[]> {
    const next = new Map<number, number>();
    const ids: number[] = [];
    await this.#lastIn(startedMs.map(firstIdAt), next);
    for (const started of startedMs) {
      let first = firstIdAt(started);
      for (; (next.get(first) ?? first) >= first + CALLS_PER_MS; first += CALLS_PER_MS)
        if (!next.has(first + CALLS_PER_MS)) await this.#lastIn([first + CALLS_PER_MS], next);
      const id = next.get(first) ?? first;
      next.set(first, id + 1);
      ids.push(id);
    }
    return ids;
  }

  /** Which id comes next in the milliseconds that begin with these. */
  async #lastIn(firsts: readonly number[], next: Map<number, number>): Promise<void> {
    const wanted = [...new Set(firsts)].filter((first) => !next.has(first));
    if (wanted.length === 0) return;
    const rows = await this.#db.all<{ first: number; last: number | null }>(
      `select first, (select max(id) from call where id between first and first + ${CALLS_PER_MS - 1}) as last
       from (select cast(value as bigint) as first from ${this.#db.words.items('?')}) as wanted`,
      JSON.stringify(wanted),
    );
    for (const { first, last } of rows) next.set(first, last === null ? first : last + 1);
  }

  /** The call turned out to have started at another time. */
  async move(id: number, to: number): Promise<void> {
    await this.#db.run('update call set id = ? where id = ?', to, id);
  }

  /** Nothing that it was told by is there any more. */
  async remove(id: number): Promise<void> {
    await this.#db.run('delete from call where id = ?', id);
  }

  /** @throws where a call that is new here has an id that is taken */
  async save(calls: readonly { place: CallPlace; call: KeptCall; isNew: boolean }[]): Promise<void> {
    const told = calls.map(({ place, call, isNew }) => {
      const row: Partial<CallRow> = call.summary ? toRow(call.summary) : {};
      const whole = { ...row, name: place.name, last_seq: call.lastSeq };
      return { place, call, isNew, values: NAMES.map((name) => whole[name] ?? null) };
    });
    await this.#db.insert({
      table: 'call',
      columns: { id: 'bigint', box: 'bigint', stream: 'bigint', ...TYPES },
      rows: told.flatMap(({ place, call, isNew, values }) =>
        isNew ? [[call.id, place.box, place.stream, ...values]] : [],
      ),
    });
    await this.#db.update({
      table: 'call',
      columns: { id: 'bigint', ...TYPES },
      rows: told.flatMap(({ call, isNew, values }) => (isNew ? [] : [[call.id, ...values]])),
    });
  }

  async liveOf(stream: number): Promise<CallSummary[]> {
    const rows = await this.#db.all<CallRow>(
      `select ${COLUMNS} from call where stream = ? and outcome = 'live'`,
      stream,
    );
    return rows.map(fromRow);
  }

  /** Of each of these streams. */
  async liveOfEach(streams: readonly number[]): Promise<ReadonlyMap<number, CallSummary[]>> {
    const rows = await this.#db.all<CallRow & { stream: number }>(
      `select stream, ${COLUMNS} from call
       where stream in (select cast(value as bigint) from ${this.#db.words.items('?')}) and outcome = 'live'`,
      JSON.stringify(streams),
    );
    const live = new Map<number, CallSummary[]>();
    for (const { stream, ...row } of rows) live.set(stream, [...(live.get(stream) ?? []), fromRow(row)]);
    return live;
  }

  /** The newest call of that name at a box; names repeat only if a box's database began anew and chose them again. */
  async idOf(box: number, name: string): Promise<number | undefined> {
    const row = await this.#db.one<{ id: number }>(
      'select id from call where name = ? and box = ? and direction is not null order by id desc limit 1',
      ...[name, box],
    );
    return row?.id;
  }

  async byId(id: number): Promise<CallSummary | undefined> {
    const row = await this.#db.one<CallRow>(`select ${COLUMNS} from call where id = ?`, id);
    return row && summaryOf(row);
  }

  /** Newest first. */
  async list(filter: CallFilter): Promise<{ box: string; summary: CallSummary }[]> {
    const { before, box, outcome, direction, about, limit } = filter;
    const inner = held([
      ['id < ?', before === undefined ? undefined : firstIdAt(before)],
      ['box = ?', box],
    ]);
    const outer = held([
      ['outcome = ?', outcome],
      ['direction = ?', direction],
    ]);
    const abouts = about === undefined ? [] : [this.#about()];
    const sql = `select searched.*, box.name as box from
      (select id, box as box_id, ${COLUMNS} from call where ${['direction is not null', ...inner.sql].join(' and ')}
       order by id desc limit ${MOST_SEARCHED}) as searched join box on box.id = searched.box_id
      where ${['1 = 1', ...outer.sql, ...abouts].join(' and ')} order by searched.id desc limit ?`;
    const rows = await this.#db.all<WholeRow>(
      sql,
      ...[...inner.values, ...outer.values, ...abouts.flatMap(() => [about, about, about]), limit].map(
        (value) => value ?? null,
      ),
    );
    return rows.map((row) => ({ box: row.box, summary: fromRow(row) }));
  }

  /** Part of a number, an extension or an agent's id, wherever the call speaks of one. */
  #about(): string {
    const { within, jsonText, items } = this.#db.words;
    return `(${within('dialled', '?')} or ${within(jsonText('from_party', 'id'), '?')}
      or exists (select 1 from ${items('answered_by')} where ${within(jsonText('value', 'id'), '?')}))`;
  }
}

/** The conditions that are asked for. */
function held(conditions: readonly (readonly [string, string | number | undefined])[]) {
  const asked = conditions.filter(([, value]) => value !== undefined);
  return { sql: asked.map(([sql]) => sql), values: asked.map(([, value]) => value) };
}

const summaryOf = (row: CallRow): CallSummary | undefined =>
  (row.direction as string | null) === null ? undefined : fromRow(row);
