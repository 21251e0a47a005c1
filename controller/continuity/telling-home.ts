/**
 * Sends a box that is there what its stand-in's ledger has: a stretch after the other, each once the box has said how far it has the last. What
 * is on its way is lost with the line or with headquarters, and is then asked for and sent again: nothing of it is kept here.
 */
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { Payload } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Stream } from '../store/streams.ts';

export interface TellingHomeDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly isConnected: (box: string) => boolean;
  /** The newest ledger of the branch's stand-in; null while it has none. */
  readonly streamOf: (box: string) => Pick<Stream, 'epoch' | 'kept'> | null;
  /** Of that ledger; all of them are there. */
  readonly read: (box: string, from: number, to: number) => Promise<readonly LedgerEvent[]>;
  readonly send: (box: string, told: Payload<'stand-in-history'>) => void;
}

/** As a box's own frames. */
const AT_ONCE = 500;
const MOST_BYTES = 200 * 1024;
/** What happens at the stand-in while the box is there goes to it together, ms. */
const GATHER_MS = 2_000;
/** A box that has said nothing for so long is asked again, ms. */
const ASK_AGAIN_MS = 30_000;

interface Telling {
  readonly epoch: string;
  /** How far the box has it. */
  has: number | undefined;
  /** Up to where it was sent, and when; undefined while nothing is on its way. */
  sent: { readonly upto: number; readonly at: number } | undefined;
  soon: Timer | undefined;
}

export class TellingHome {
  readonly #deps: TellingHomeDeps;
  readonly #boxes = new Map<string, Telling>();
  #works = true;

  constructor(deps: TellingHomeDeps) {
    this.#deps = deps;
  }

  rest(): void {
    this.#works = false;
    for (const { soon } of this.#boxes.values()) soon?.cancel();
    this.#boxes.clear();
  }

  /** It is there again: how far it has come only it can say. */
  online(box: string): void {
    this.#boxes.get(box)?.soon?.cancel();
    this.#boxes.delete(box);
    this.#ask(box);
  }

  /** Its stand-in's ledger here has become longer. */
  grown(box: string): void {
    const telling = this.#boxes.get(box);
    if (!telling || telling.epoch !== this.#deps.streamOf(box)?.epoch) return this.#ask(box);
    telling.soon ??= this.#deps.clock.after(GATHER_MS, () => {
      telling.soon = undefined;
      const { sent } = telling;
      if (!sent) void this.#next(box, telling);
      else if (this.#deps.clock.monotonic() - sent.at >= ASK_AGAIN_MS) this.#ask(box);
    });
  }

  has(box: string, { epoch, upto }: Payload<'stand-in-history-has'>): void {
    const telling = this.#boxes.get(box);
    if (telling?.epoch !== epoch) return;
    telling.has = upto;
    telling.sent = undefined;
    void this.#next(box, telling);
  }

  #ask(box: string): void {
    const stream = this.#deps.streamOf(box);
    if (!this.#works || !stream || stream.kept.upto === 0 || !this.#deps.isConnected(box)) return;
    const { epoch, kept } = stream;
    const at = this.#deps.clock.monotonic();
    this.#boxes.set(box, { epoch, has: undefined, sent: { upto: 0, at }, soon: undefined });
    this.#deps.send(box, { v: 1, epoch, newest: kept.upto, events: [] });
  }

  async #next(box: string, telling: Telling): Promise<void> {
    const { log, clock, read, send } = this.#deps;
    const stream = this.#deps.streamOf(box);
    if (stream?.epoch !== telling.epoch || telling.has === undefined || telling.sent) return;
    const from = telling.has + 1;
    const to = Math.min(telling.has + AT_ONCE, stream.kept.upto);
    if (from > to) return;
    telling.sent = { upto: to, at: clock.monotonic() };
    try {
      const events = fitting(await read(box, from, to));
      if (!this.#works || this.#boxes.get(box) !== telling || !this.#deps.isConnected(box)) return;
      send(box, { v: 1, epoch: telling.epoch, newest: stream.kept.upto, events });
    } catch (error) {
      telling.sent = undefined;
      log.warn({ err: error, box, from, to }, 'what its stand-in handled could not be read for a box');
    }
  }
}

/** The first of them, as many as go into one message. */
function fitting(events: readonly LedgerEvent[]): LedgerEvent[] {
  let bytes = 0;
  return events.filter((event, index) => {
    bytes += Buffer.byteLength(JSON.stringify(event));
    return index === 0 || bytes <= MOST_BYTES;
  });
}
