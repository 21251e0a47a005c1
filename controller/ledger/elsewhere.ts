/**
 * What other controllers at the same database have stored, read from it and shown here as if it had been stored here: how far each ledger is,
 * its open alarms, the calls that go on. Each tells the numbers of the streams that it changes; they are read together, some moments later.
 */
import { randomBytes } from 'node:crypto';
import type { CallSummary } from '@branchline/contracts/call-story';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { FleetBoard } from '../fleet/board.ts';
import type { Alarms } from '../store/alarms.ts';
import type { Calls } from '../store/calls.ts';
import type { Database } from '../store/database.ts';
import type { Stream, Streams } from '../store/streams.ts';

export interface ElsewhereParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly board: FleetBoard;
  readonly db: Pick<Database, 'tell' | 'hear'>;
  readonly streams: Streams;
  readonly calls: Calls;
  readonly alarms: Alarms;
  /** Told of each stream that has come further, with the calls that go on in it. */
  readonly stored: (stream: Stream, live: readonly CallSummary[]) => void;
}

const GATHER_MS = 300;
/** What fits one word to the others. */
const MOST_TOLD = 500;
const EVERYTHING = 'all';

export class Elsewhere {
  readonly #parts: ElsewhereParts;
  /** Which words are one's own. */
  readonly #own = randomBytes(6).toString('hex');
  #waiting = new Set<number>();
  #everything = false;
  #timer: Timer | undefined;
  #reading: Promise<void> = Promise.resolve();
  #end: (() => Promise<void>) | undefined;

  constructor(parts: ElsewhereParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#end = this.#parts.db.hear({
      heard: (text) => this.#heard(text),
      anew: () => {
        this.#everything = true;
        this.#later();
      },
    });
  }

  async stop(): Promise<void> {
    const end = this.#end;
    this.#end = undefined;
    this.#timer?.cancel();
    await end?.();
    await this.#reading;
  }

  /** In the transaction that changes them. */
  async tell(streams: readonly Stream[]): Promise<void> {
    const ids = streams.map(({ id }) => id).join(',');
    await this.#parts.db.tell(`${this.#own} ${streams.length > MOST_TOLD ? EVERYTHING : ids}`);
  }

  #heard(text: string): void {
    const [by, what = ''] = text.split(' ');
    if (by === this.#own) return;
    if (what === EVERYTHING) this.#everything = true;
    else for (const id of what.split(',')) this.#waiting.add(Number(id));
    this.#later();
  }

  #later(): void {
    if (!this.#end) return;
    this.#timer ??= this.#parts.clock.after(GATHER_MS, () => {
      this.#reading = this.#read().finally(() => {
        this.#timer = undefined;
        if (this.#waiting.size > 0 || this.#everything) this.#later();
      });
    });
  }

  async #read(): Promise<void> {
    const { board, streams, calls, alarms, log } = this.#parts;
    const [ids, everything] = [[...this.#waiting], this.#everything];
    this.#waiting = new Set();
    this.#everything = false;
    const before = new Map(board.summaries().map(({ box }) => [box, board.of(box)?.stream]));
    try {
      const rows = everything ? await streams.current() : await streams.those(ids);
      const those = rows.map(({ id }) => id);
      const [live, open] = [await calls.liveOfEach(those), await alarms.open(those)];
      for (const stream of rows) {
        const now = board.of(stream.box)?.stream;
        if (now && now.id > stream.id) continue;
        // Something was stored here meanwhile: what was read may be older.
        if (now !== (before.get(stream.box) ?? now)) this.#waiting.add(stream.id);
        else this.#show(stream, live.get(stream.id) ?? [], open.get(stream.id) ?? []);
      }
    } catch (err) {
      for (const id of ids) this.#waiting.add(id);
      this.#everything ||= everything;
      log.debug({ err }, 'what other controllers have stored could not be read; it is read again');
    }
  }

  #show(
    stream: Stream,
    live: readonly CallSummary[],
    open: Parameters<FleetBoard['change']>[1]['alarms'] & object,
  ): void {
    const { board, stored } = this.#parts;
    const known = board.of(stream.box)?.alarms ?? [];
    const same = JSON.stringify(known) === JSON.stringify(open);
    board.change(stream.box, same ? { stream } : { stream, alarms: open }, same ? 'soon' : 'now');
    board.liveCalls(stream.box, live);
    stored(stream, live);
  }
}
