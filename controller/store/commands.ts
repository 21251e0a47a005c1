/** What boxes were told to do, and what came of it. A row is never taken out. */
import type { CommandKind } from '@branchline/contracts/fleet/commands';
import type { CommandState, SentCommand } from '@branchline/contracts/http/commands';
import type { Database } from './database.ts';
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
  readonly #db: Database;
  readonly #boxes: Boxes;

  constructor(db: Database, boxes: Boxes) {
    this.#db = db;
    this.#boxes = boxes;
  }

  /** All of what `work` writes, or none of it. */
  together<T>(work: () => Promise<T>): Promise<T> {
    return this.#db.together(work);
  }

  /** Once what is being written is on disk; at once where nothing is. */
  afterwards(effect: () => void): void {
    this.#db.afterwards(effect);
  }

  async add(command: SentCommand): Promise<void> {
    const { id, box, who, state } = command;
    await this.#db.run(
      'insert into command (id, box, kind, args, who, at, expires_at, state) values (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[id, await this.#boxes.idOf(box), command.do, JSON.stringify(command.with), who],
      ...[Date.parse(command.at), Date.parse(command.expiresAt), state],
    );
  }

  async one(box: string, id: string): Promise<SentCommand | undefined> {
    const row = await this.#db.one<Row>(`${SELECT} where box.name = ? and command.id = ?`, box, id);
    return row && fromRow(row);
  }

  /** Newest first. */
  async of(box: string, limit: number): Promise<SentCommand[]> {
    const rows = await this.#db.all<Row>(
      `${SELECT} where box.name = ? order by at desc, command.id desc limit ?`,
      ...[box, limit],
    );
    return rows.map(fromRow);
  }

  /** Those that have not come to an end, oldest first. */
  async open(): Promise<SentCommand[]> {
    const rows = await this.#db.all<Row>(`${SELECT} where state in ('waiting', 'running') order by at`);
    return rows.map(fromRow);
  }

  /** Whether it was written: what has come to its end, perhaps at another controller, stays as it ended. */
  async news(id: string, { state, percent, because, calls, answer, endedAt }: CommandNews): Promise<boolean> {
    const changed = await this.#db.run(
      `update command set state = ?, percent = ?, because = ?, calls = ?, answer = ?, ended_at = ?
       where id = ? and ended_at is null`,
      ...[state, percent, because, calls, answer === null ? null : JSON.stringify(answer), endedAt, id],
    );
    return changed > 0;
  }

  async file(id: string, bytes: number, have: number): Promise<void> {
    await this.#db.run('update command set file_bytes = ?, file_have = ? where id = ?', bytes, have, id);
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
