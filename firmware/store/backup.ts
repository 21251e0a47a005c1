/** Copies of the ledger's database beside it: made while it is written to, read back, and let go by age. */
import { mkdirSync, readdirSync } from 'node:fs';
import { rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from '@branchline/runtime/sqlite';
import { openLedgerToRead } from './open.ts';

/** So few pages at a time, and so few events, that no call notices: some milliseconds each. */
const PAGES_AT_ONCE = 200;
const EVENTS_AT_ONCE = 1_000;
/** Beside the copy so much of the disk is to stay free. */
const LEFT_FREE_BYTES = 500_000_000;

const NAME = /^ledger-\d{4}-\d{2}-\d{2}\.db$/;

export type Backup =
  | { readonly is: 'good'; readonly events: number; readonly bytes: number; readonly file: string }
  | { readonly is: 'no-room'; readonly neededBytes: number; readonly freeBytes: number }
  /** From this event on the copy says otherwise, or nothing. */
  | { readonly is: 'different'; readonly seq: number };

export class Backups {
  readonly #db: Db;
  readonly #dir: string;

  constructor(db: Db, dir: string) {
    this.#db = db;
    this.#dir = dir;
  }

  /** @throws what SQLite or the disk throws, and what `signal` was aborted with; an unfinished copy is let go. */
  async make(day: string, keep: number, signal: AbortSignal): Promise<Backup> {
    mkdirSync(this.#dir, { recursive: true, mode: 0o750 });
    const file = join(this.#dir, `ledger-${day}.db`);
    const aside = join(this.#dir, 'unfinished.db');
    await letGo(aside);
    const needed = this.#bytes();
    const { bavail, bsize } = await statfs(this.#dir);
    if (bavail * bsize < needed + LEFT_FREE_BYTES)
      return { is: 'no-room', neededBytes: needed + LEFT_FREE_BYTES, freeBytes: bavail * bsize };
    const upTo = this.#newest();
    try {
      await this.#copy(aside, signal);
      const different = await this.#readBack(aside, upTo, signal);
      if (different !== undefined) return { is: 'different', seq: different };
      await rename(aside, file);
    } finally {
      await letGo(aside);
    }
    await this.#letOldGo(keep);
    return { is: 'good', events: upTo, bytes: (await stat(file)).size, file };
  }

  #bytes(): number {
    const pages = this.#db.pragma('page_count', { simple: true }) as number;
    return pages * (this.#db.pragma('page_size', { simple: true }) as number);
  }

  #newest(): number {
    const row = this.#db.prepare('select max(seq) as seq from events').get() as { seq: number | null };
    return row.seq ?? 0;
  }

  async #copy(to: string, signal: AbortSignal): Promise<void> {
    await this.#db.backup(to, {
      progress: () => {
        signal.throwIfAborted();
        return PAGES_AT_ONCE;
      },
    });
  }

  /** Every event of the copy beside that of the ledger. Gives the first that differs. */
  async #readBack(path: string, upTo: number, signal: AbortSignal): Promise<number | undefined> {
    const copy = openLedgerToRead(path);
    try {
      const sql =
        'select seq, at, call, type, body from events where seq > ? and seq <= ? order by seq limit ?';
      const [ours, its] = [this.#db.prepare(sql), copy.prepare(sql)];
      for (let at = 0; at < upTo;) {
        signal.throwIfAborted();
        const rows = ours.all(at, upTo, EVENTS_AT_ONCE) as Row[];
        const copied = its.all(at, upTo, EVENTS_AT_ONCE) as Row[];
        const different = rows.find((row, index) => !isSame(row, copied[index]));
        if (different || rows.length === 0) return different?.seq ?? (copied.length > 0 ? at + 1 : undefined);
        at = rows.at(-1)?.seq ?? upTo;
        await new Promise<void>((resolve) => void setImmediate(resolve));
      }
      return undefined;
    } finally {
      copy.close();
    }
  }

  async #letOldGo(keep: number): Promise<void> {
    const old = readdirSync(this.#dir)
      .filter((name) => NAME.test(name))
      .sort()
      .slice(0, -keep);
    for (const name of old) await letGo(join(this.#dir, name));
  }
}

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly call: string | null;
  readonly type: string;
  readonly body: string;
}

const isSame = (one: Row, other: Row | undefined): boolean =>
  other !== undefined &&
  one.seq === other.seq &&
  one.at === other.at &&
  one.call === other.call &&
  one.type === other.type &&
  one.body === other.body;

async function letGo(path: string): Promise<void> {
  for (const end of ['', '-wal', '-shm', '-journal']) await rm(path + end, { force: true });
}
