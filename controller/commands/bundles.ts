/** Support bundles of the boxes, as they come in pieces: each piece on disk before it is acknowledged, the whole checked by its hash. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { LARGEST_BUNDLE_BYTES } from '@branchline/contracts/fleet/commands';
import type { Payload } from '@branchline/contracts/topics';
import type { Log } from '@branchline/runtime/log';
import { Turns } from '@branchline/runtime/turns';
import type { SentCommands } from '../store/commands.ts';

export interface BundlesDeps {
  readonly dir: string;
  readonly log: Log;
  readonly store: SentCommands;
  readonly ack: (box: string, word: Payload<'bundle-ack'>) => void;
}

/** Older ones of all boxes together are let go of. */
const MOST_KEPT = 100;
/** Of files that never became whole. */
const PART = '.part';
const WHOLE = '.tar.gz';

export class Bundles {
  readonly #deps: BundlesDeps;
  readonly #turns = new Turns();

  constructor(deps: BundlesDeps) {
    this.#deps = deps;
  }

  /** A piece that does not begin where the file ends is answered with where it does. */
  take(box: string, piece: Payload<'bundle'>): Promise<void> {
    return this.#turns.take(piece.id, async () => {
      try {
        await this.#take(box, piece);
      } catch (error) {
        this.#deps.log.error({ err: error, box, id: piece.id }, 'a bundle could not be stored');
      }
    });
  }

  async #take(box: string, { id, from, bytes, sha256, data }: Payload<'bundle'>): Promise<void> {
    const { store, ack, log } = this.#deps;
    if ((await store.one(box, id))?.do !== 'support-bundle')
      return void log.warn({ box, id }, 'a bundle that nobody asked for was dropped');
    if (existsSync(this.#path(id, WHOLE))) return void ack(box, { v: 1, id, have: bytes });
    const have = await this.#append(id, { from, bytes, sha256 }, Buffer.from(data, 'base64'));
    ack(box, { v: 1, id, have });
  }

  /** The whole file, if it is here. */
  async path(box: string, id: string): Promise<string | undefined> {
    const known = await this.#deps.store.one(box, id);
    const path = this.#path(id, WHOLE);
    return known && existsSync(path) ? path : undefined;
  }

  async #append(
    id: string,
    { from, bytes, sha256 }: { from: number; bytes: number; sha256: string },
    data: Buffer,
  ): Promise<number> {
    mkdirSync(this.#deps.dir, { recursive: true, mode: 0o700 });
    const part = this.#path(id, PART);
    const have = existsSync(part) ? statSync(part).size : 0;
    if (from !== have || have + data.length > Math.min(bytes, LARGEST_BUNDLE_BYTES)) return have;
    const file = openSync(part, 'a', 0o600);
    try {
      writeSync(file, data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const now = have + data.length;
    if (now === bytes && !this.#finish(id, sha256)) return 0;
    await this.#deps.store.file(id, bytes, now);
    return now;
  }

  /** False when it is not what the box sent: it is to be sent anew. */
  #finish(id: string, sha256: string): boolean {
    const part = this.#path(id, PART);
    if (createHash('sha256').update(readFileSync(part)).digest('hex') !== sha256) {
      rmSync(part);
      return false;
    }
    renameSync(part, this.#path(id, WHOLE));
    this.#letGo();
    return true;
  }

  #letGo(): void {
    const { dir } = this.#deps;
    const files = readdirSync(dir).map((name) => ({ name, at: statSync(join(dir, name)).mtimeMs }));
    files.sort((a, b) => b.at - a.at);
    for (const { name } of files.slice(MOST_KEPT)) rmSync(join(dir, name));
  }

  #path(id: string, ending: string): string {
    return join(this.#deps.dir, id + ending);
  }
}
