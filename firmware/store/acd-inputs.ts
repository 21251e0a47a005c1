/** What the ACD was told, kept for some days so that its decisions can be decided again. It stays on the box: who asks why reads the offers. */
import type { Db } from '@branchline/runtime/sqlite';
import type { StepInputs } from '../acd/replay.ts';

const KEPT_MS = 7 * 86_400_000;
/** So many that are too old go with each write: more than come with it, and few enough to cost nothing. */
const GO_AT_ONCE = 1_000;

export class AcdInputs {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.#statements = prepare(db);
  }

  /** Within the transaction of who calls it. @throws what SQLite throws */
  write(inputs: readonly StepInputs[]): void {
    for (const step of inputs) this.#statements.insert.run(step.at, step.from ? 1 : 0, JSON.stringify(step));
    const last = inputs.at(-1);
    const oldest = this.#statements.oldest.get();
    if (!last || !oldest || oldest.at >= last.at - KEPT_MS) return;
    this.#statements.drop.run(oldest.id + GO_AT_ONCE, last.at - KEPT_MS);
  }

  /** In their order, from the last step at or before this moment that a replay may begin with, ms since 1970; from the first when there is none. */
  *from(at: number): Generator<StepInputs> {
    const begin = this.#statements.begin.get(at)?.id ?? 0;
    for (const { body } of this.#statements.since.iterate(begin)) yield JSON.parse(body) as StepInputs;
  }
}

function prepare(db: Db) {
  return {
    insert: db.prepare<[number, number, string]>(
      'insert into acd_inputs (at, begins, body) values (?, ?, ?)',
    ),
    oldest: db.prepare<[], { id: number; at: number }>('select id, at from acd_inputs order by id limit 1'),
    drop: db.prepare<[number, number]>('delete from acd_inputs where id < ? and at < ?'),
    begin: db.prepare<[number], { id: number | null }>(
      'select max(id) as id from acd_inputs where begins = 1 and at <= ?',
    ),
    since: db.prepare<[number], { body: string }>('select body from acd_inputs where id >= ? order by id'),
  };
}
