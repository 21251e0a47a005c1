/** What boxes were told to do, and what came of it. A row is never taken out. */
import type { CommandKind } from '@branchline/contracts/fleet/commands';
import type { CommandState, SentCommand } from '@branchline/contracts/http/commands';
import type { Db } from '@branchline/runtime/sqlite';
import type { Boxes } from './boxes.ts';

interface Row {
  readonly id: string;
  readonly box: string;
  readonly kind: string;
  readonly args: string;
  readonly who: string;
  readonly at: number;
  readonly expires_at: number;
  readonly state: string;
  readonly percent: number | null;
  readonly because: string | null;
  readonly calls: number | null;
  readonly answer: string | null;
  readonly ended_at: number | null;
  readonly file_bytes: number | null;
  readonly file_have: number | null;
}

const SELECT = `select command.id, box.name as box, kind, args, who, at, expires_at, state, percent, because, calls, answer,
  ended_at, file_bytes, file_have from command join box on box.id = command.box`;

/** What may change of a command. */
export type CommandNews = Pick<SentCommand, 'state' | 'percent' | 'because' | 'calls' | 'answer'> & {
  readonly endedAt: number | null;
};

export class SentCommands {
  readonly #db: Db;
  readonly #boxes: Boxes;

  constructor(db: Db, boxes: Boxes) {
    this.#db = db;
    this.#boxes = boxes;
  }

  /** `also` is written in the same transaction. */
  add(command: SentCommand, also: () => void): void {
    const { id, box, who, state } = command;
    this.#db.transaction(() => {
      this.#db
        .prepare(
          'insert into command (id, box, kind, args, who, at, expires_at, state) values (?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          ...[id, this.#boxes.idOf(box), command.do, JSON.stringify(command.with), who],
          ...[Date.parse(command.at), Date.parse(command.expiresAt), state],
        );
      also();
    })();
  }

  one(box: string, id: string): SentCommand | undefined {
    const row = this.#db.prepare(`${SELECT} where box.name = ? and command.id = ?`).get(box, id) as
      Row | undefined;
    return row && fromRow(row);
  }

  /** Newest first. */
  of(box: string, limit: number): SentCommand[] {
    const rows = this.#db
      .prepare(`${SELECT} where box.name = ? order by at desc, command.rowid desc limit ?`)
      .all(box, limit) as Row[];
    return rows.map(fromRow);
  }

  /** Those that have not come to an end, oldest first. */
  open(): SentCommand[] {
    const rows = this.#db
      .prepare(`${SELECT} where state in ('waiting', 'running') order by at`)
      .all() as Row[];
    return rows.map(fromRow);
  }

  news(id: string, { state, percent, because, calls, answer, endedAt }: CommandNews): void {
    this.#db
      .prepare(
        'update command set state = ?, percent = ?, because = ?, calls = ?, answer = ?, ended_at = ? where id = ?',
      )
      .run(state, percent, because, calls, answer === null ? null : JSON.stringify(answer), endedAt, id);
  }

  file(id: string, bytes: number, have: number): void {
    this.#db.prepare('update command set file_bytes = ?, file_have = ? where id = ?').run(bytes, have, id);
  }
}

function fromRow(row: Row): SentCommand {
  const { file_bytes: bytes, file_have: have } = row;
  return {
    id: row.id,
    box: row.box,
    do: row.kind as CommandKind,
    with: JSON.parse(row.args) as Record<string, unknown>,
    who: row.who,
    at: stamp(row.at),
    expiresAt: stamp(row.expires_at),
    state: row.state as CommandState,
    percent: row.percent,
    because: row.because,
    calls: row.calls,
    answer: row.answer === null ? null : (JSON.parse(row.answer) as Record<string, unknown>),
    endedAt: row.ended_at === null ? null : stamp(row.ended_at),
    file: bytes === null ? null : { bytes, have: have ?? 0 },
  };
}

const stamp = (at: number): string => new Date(at).toISOString();
