/** The releases that headquarters can give to boxes: an archive and what its signed manifest says, two files each. */
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { keptRelease, type KeptRelease } from '@branchline/contracts/http/releases';
import { compareVersions, LARGEST_RELEASE, manifestOfText } from '@branchline/contracts/release';
import { hasCode, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { keysIn } from '@branchline/runtime/signed-archive/keys';
import { ArchiveRefused, readArchive } from '@branchline/runtime/signed-archive/read';
import { BEING_TAKEN, NO_KEYS, noRoom, notSigned, otherThere, tooLarge } from './problems.ts';

export interface ReleasesDeps {
  readonly dir: string;
  /** A folder of public keys; undefined where headquarters was given none. */
  readonly keysDir: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Of an archive, bytes; smaller in tests. */
  readonly atMost?: number;
}

const COMING = 'coming.part';
const ARCHIVE = '.tar.gz';
const ABOUT = '.json';

export class Releases {
  readonly #deps: ReleasesDeps;
  readonly #kept = new Map<string, KeptRelease>();
  #taking = false;

  constructor(deps: ReleasesDeps) {
    this.#deps = deps;
  }

  /** The archive is there before the file that tells of it: what is told of is whole. */
  load(): void {
    const { dir, log } = this.#deps;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    rmSync(join(dir, COMING), { force: true });
    for (const name of readdirSync(dir).filter((each) => each.endsWith(ABOUT))) {
      const read = keptRelease.safeParse(JSON.parse(readFileSync(join(dir, name), 'utf8')));
      if (read.success) this.#kept.set(nameOf(read.data), read.data);
      else
        log.warn(
          { file: name, err: read.error },
          'what is known of a release cannot be read; bring it again',
        );
    }
  }

  /** Newest first. */
  list(): KeptRelease[] {
    return [...this.#kept.values()].sort(
      (a, b) => compareVersions(b.version, a.version) || a.architecture.localeCompare(b.architecture),
    );
  }

  of(version: string, architecture: string): KeptRelease | undefined {
    return this.#kept.get(nameOf({ version, architecture }));
  }

  pathOf(release: KeptRelease): string {
    return join(this.#deps.dir, nameOf(release) + ARCHIVE);
  }

  /**
   * Takes an archive in as it comes, and keeps it once every byte was held against a known signature.
   * @param announced in bytes, where the sender says it: what is too large is refused before it is sent
   * @throws HttpProblem saying what is wrong with it
   */
  async take(source: Readable, by: string, announced = 0): Promise<KeptRelease> {
    const keys = this.#keys();
    const { atMost = LARGEST_RELEASE.archive } = this.#deps;
    if (announced > atMost) throw tooLarge(atMost);
    if (this.#taking) throw BEING_TAKEN;
    this.#taking = true;
    const coming = join(this.#deps.dir, COMING);
    try {
      const { bytes, sha256 } = await this.#store(source, coming);
      return this.#keep(coming, { ...(await about(coming, keys)), bytes, sha256, by });
    } finally {
      rmSync(coming, { force: true });
      this.#taking = false;
    }
  }

  /** False when it is not here. */
  drop(version: string, architecture: string): boolean {
    const release = this.of(version, architecture);
    if (!release) return false;
    rmSync(join(this.#deps.dir, nameOf(release) + ABOUT), { force: true });
    rmSync(this.pathOf(release), { force: true });
    return this.#kept.delete(nameOf(release));
  }

  #keys(): string[] {
    const { keysDir } = this.#deps;
    const keys = keysDir === undefined ? [] : keysIn(keysDir);
    if (keys.length === 0) throw NO_KEYS;
    return keys;
  }

  async #store(source: Readable, path: string): Promise<{ bytes: number; sha256: string }> {
    const { atMost = LARGEST_RELEASE.archive } = this.#deps;
    const hash = createHash('sha256');
    let bytes = 0;
    const counted = new Transform({
      transform(piece: Buffer, _encoding, done) {
        bytes += piece.length;
        hash.update(piece);
        if (bytes > atMost) done(tooLarge(atMost));
        else done(null, piece);
      },
    });
    try {
      await pipeline(source, counted, createWriteStream(path, { mode: 0o600 }));
    } catch (fault) {
      if (hasCode(fault, 'ENOSPC')) throw noRoom(this.#deps.dir);
      throw fault;
    }
    const file = await open(path, 'r');
    await file.sync().finally(() => file.close());
    return { bytes, sha256: hash.digest('hex') };
  }

  #keep(coming: string, found: Omit<KeptRelease, 'at'>): KeptRelease {
    const there = this.of(found.version, found.architecture);
    // A version names one archive for ever: boxes that have it are not asked again.
    if (there && there.sha256 !== found.sha256) throw otherThere(there);
    if (there) return there;
    const release: KeptRelease = { ...found, at: new Date(this.#deps.clock.now()).toISOString() };
    renameSync(coming, this.pathOf(release));
    writeFileAtomic(
      join(this.#deps.dir, nameOf(release) + ABOUT),
      `${JSON.stringify(release, null, 2)}\n`,
      0o600,
    );
    this.#kept.set(nameOf(release), release);
    return release;
  }
}

const nameOf = (release: { readonly version: string; readonly architecture: string }): string =>
  `${release.version}-${release.architecture}`;

async function about(path: string, keys: readonly string[]) {
  try {
    const rules = { keys, manifest: manifestOfText, atMost: LARGEST_RELEASE.unpacked };
    const { manifest, signer } = await readArchive(createReadStream(path), rules);
    const { version, architecture, commit, engine, schema, oldestBack, files } = manifest;
    const unpackedBytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const head = { version, architecture, commit, engine, schema, oldestBack };
    return { ...head, unpackedBytes, files: files.length, signer };
  } catch (fault) {
    if (fault instanceof ArchiveRefused) throw notSigned(fault.message);
    throw fault;
  }
}
