/**
 * Brings home what the stand-in has recorded, and the messages that were left there: one file after the other, in the order of its ledger, a piece at a
 * time. What is under way when the service ends is begun anew; a file is there whole, with the sum that the ledger says, or not at all.
 */
import { createHash, type Hash } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SoundAsked, SoundPiece } from '@branchline/contracts/stand-in-sounds';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';

/** As the stand-in's ledger tells of it. */
export interface StandInSound {
  readonly kind: 'recording' | 'message';
  readonly id: string;
  /** Of a message. */
  readonly box?: string;
  readonly bytes: number;
  /** Of the whole file, hex. */
  readonly sha256: string;
}

export interface SoundsHomeDeps<S extends StandInSound> {
  readonly clock: Clock;
  readonly log: Log;
  /** Where a file grows until it is whole; on the disk that it is kept on. */
  readonly part: string;
  /** The next that is not here and was not given up; undefined where all are. */
  readonly next: () => S | undefined;
  /** There is room for it beside what the branch needs. */
  readonly hasRoom: () => boolean;
  readonly ask: (asked: SoundAsked) => void;
  /** Takes the whole file from `part`. Throws what the disk says. */
  readonly keep: (sound: S) => void;
  /** It is here, or never will be: not asked for again. */
  readonly settled: (sound: S) => void;
}

/** Between pieces: a thin line has calls to carry, too, ms. */
const PAUSE_MS = 500;
/** Without a word for so long it is asked again, twice as long each time, ms. */
const AGAIN_MS = { first: 10_000, most: 600_000 } as const;
/** A file whose sum is another is fetched so often, and then given up. */
const MOST_TRIES = 3;

interface Arriving<S> {
  readonly sound: S;
  hash: Hash;
  have: number;
  tries: number;
}

export class SoundsHome<S extends StandInSound> {
  readonly #deps: SoundsHomeDeps<S>;
  #arriving: Arriving<S> | undefined;
  #timer: Timer | undefined;
  #waitMs: number = AGAIN_MS.first;
  #works = false;

  constructor(deps: SoundsHomeDeps<S>) {
    this.#deps = deps;
  }

  stop(): void {
    this.#works = false;
    this.#timer?.cancel();
    this.#arriving = undefined;
    rmSync(this.#deps.part, { force: true });
  }

  /** There is a line to headquarters. */
  connected(): void {
    this.#works = true;
    this.#waitMs = AGAIN_MS.first;
    if (this.#arriving) this.#ask();
    else this.look();
  }

  /** There may be one more. */
  look(): void {
    if (!this.#works || this.#arriving) return;
    const sound = this.#deps.next();
    if (!sound) return;
    if (!this.#deps.hasRoom()) return this.#later(() => this.look());
    this.#arriving = { sound, hash: createHash('sha256'), have: 0, tries: 0 };
    this.#begin(this.#arriving);
  }

  heard(piece: SoundPiece): void {
    const arriving = this.#arriving;
    if (!arriving || !isOf(piece, arriving)) return;
    this.#waitMs = AGAIN_MS.first;
    const { sound } = arriving;
    if (piece.bytes !== sound.bytes) {
      this.#deps.log.warn(
        { sound: sound.id, bytes: piece.bytes },
        'the stand-in has not got this sound any more',
      );
      return this.#done(arriving);
    }
    const data = Buffer.from(piece.data, 'base64');
    if (data.length === 0 || arriving.have + data.length > sound.bytes) return;
    try {
      appendFileSync(this.#deps.part, data);
      arriving.hash.update(data);
      arriving.have += data.length;
      if (arriving.have === sound.bytes) this.#whole(arriving);
      else this.#after(PAUSE_MS, () => this.#ask());
    } catch (error) {
      this.#fault(error);
    }
  }

  #begin(arriving: Arriving<S>): void {
    arriving.hash = createHash('sha256');
    arriving.have = 0;
    arriving.tries += 1;
    try {
      mkdirSync(dirname(this.#deps.part), { recursive: true, mode: 0o750 });
      writeFileSync(this.#deps.part, '', { mode: 0o640 });
      this.#ask();
    } catch (error) {
      this.#fault(error);
    }
  }

  #ask(): void {
    const { sound, have } = this.#arriving ?? {};
    if (!sound || have === undefined) return;
    const { kind, id, box } = sound;
    this.#deps.ask({ v: 1, kind, id, ...(box === undefined ? {} : { box }), from: have });
    this.#later(() => this.#ask());
  }

  #whole(arriving: Arriving<S>): void {
    const { log, keep } = this.#deps;
    const { sound, hash, tries } = arriving;
    if (hash.digest('hex') === sound.sha256) {
      keep(sound);
      return this.#done(arriving);
    }
    log.warn({ sound: sound.id, tries }, 'a sound of the stand-in is not what its ledger says');
    if (tries < MOST_TRIES) this.#begin(arriving);
    else this.#done(arriving);
  }

  #done({ sound }: Arriving<S>): void {
    this.#timer?.cancel();
    this.#deps.settled(sound);
    this.#arriving = undefined;
    rmSync(this.#deps.part, { force: true });
    this.look();
  }

  /** Of the disk: it is begun anew in a while. */
  #fault(error: unknown): void {
    this.#deps.log.warn({ err: error }, 'a sound of the stand-in could not be stored: it is tried again');
    this.#arriving = undefined;
    this.#waitMs = AGAIN_MS.most;
    this.#later(() => this.look());
  }

  /** Waits longer each time, until something is heard. */
  #later(then: () => void): void {
    this.#after(this.#waitMs, then);
    this.#waitMs = Math.min(this.#waitMs * 2, AGAIN_MS.most);
  }

  #after(ms: number, then: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#deps.clock.after(ms, then);
  }
}

/** One that was said twice, or late, is not. */
const isOf = (piece: SoundPiece, { sound, have }: Arriving<StandInSound>): boolean =>
  piece.kind === sound.kind && piece.id === sound.id && piece.box === sound.box && piece.from === have;
