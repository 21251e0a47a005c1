/** Answers headquarters' question for the digest of a stretch of the ledger, a little at a time: calls go first. */
import { createHash } from 'node:crypto';
import { canonicalLine, piecesOf, type Piece } from '@branchline/contracts/ledger-digest';
import type { Payload } from '@branchline/contracts/topics';
import type { Log } from '@branchline/runtime/log';
import { asReported } from './frames.ts';
import type { LedgerSource } from './ports.ts';

/** Events that are read and hashed in one go, between which everything else has its turn. */
const AT_ONCE = 128;
/** More questions than this at once are dropped: headquarters asks again. */
const MOST_WAITING = 16;

type Question = Payload<'ledger-compare'>;
type Answer = Payload<'ledger-digest'>;

export class LedgerDigests {
  readonly #source: LedgerSource;
  readonly #log: Log;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(source: LedgerSource, log: Log) {
    this.#source = source;
    this.#log = log;
  }

  /** One question after another; undefined for one too many, and when the ledger cannot be read at this moment. */
  answer(question: Question): Promise<Answer | undefined> {
    if (this.#waiting >= MOST_WAITING) return Promise.resolve(undefined);
    this.#waiting++;
    const answered = this.#last.then(() => this.#answer(question));
    this.#last = answered.finally(() => this.#waiting--);
    return answered;
  }

  async #answer({ id, epoch, from, to }: Question): Promise<Answer | undefined> {
    try {
      const newest = this.#source.newest();
      const told = { v: 1, id, epoch: this.#source.epoch, from, to, newest } as const;
      const ours = epoch === this.#source.epoch && from <= to && to <= newest;
      return { ...told, sha256: ours ? await this.#digestOf(from, to) : null };
    } catch (error) {
      this.#log.error({ err: error, from, to }, 'the ledger cannot be read for its digest');
      return undefined;
    }
  }

  /** Null when not all of these events are here. */
  async #digestOf(from: number, to: number): Promise<string | null> {
    const whole = createHash('sha256');
    const fresh = new Map<number, string>();
    for (const piece of piecesOf(from, to)) {
      const known = piece.block === undefined ? undefined : this.#source.blockDigest(piece.block);
      const sha256 = known ?? (await this.#pieceOf(piece));
      if (sha256 === undefined) return null;
      if (piece.block !== undefined && known === undefined) fresh.set(piece.block, sha256);
      whole.update(Buffer.from(sha256, 'hex'));
    }
    if (fresh.size > 0) this.#keep(fresh);
    return whole.digest('hex');
  }

  async #pieceOf({ from, to }: Piece): Promise<string | undefined> {
    const hash = createHash('sha256');
    for (let at = from; at <= to; at += AT_ONCE) {
      const last = Math.min(to, at + AT_ONCE - 1);
      const events = this.#source.range(at, last, AT_ONCE);
      if (events.length < last - at + 1) return undefined;
      hash.update(events.map((event) => canonicalLine(asReported(event))).join(''));
      await new Promise(setImmediate);
    }
    return hash.digest('hex');
  }

  #keep(fresh: ReadonlyMap<number, string>): void {
    try {
      this.#source.keepBlockDigests(fresh);
    } catch (error) {
      this.#log.debug({ err: error }, 'digests of the ledger are made again next time');
    }
  }
}
