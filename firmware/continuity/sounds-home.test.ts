/** A stand-in's recordings on their way to the box, over a wire that loses, doubles and is cut, by a box that begins anew, from a stand-in that has let go of some. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  SOUND_PIECE_BYTES,
  soundPiece,
  type SoundAsked,
  type SoundPiece,
} from '@branchline/contracts/stand-in-sounds';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { soundPieceOf } from './sound-piece.ts';
import { SoundsHome, type StandInSound } from './sounds-home.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sounds-home-'))));
afterEach(() => rmSync(dir, { recursive: true }));

class World {
  readonly clock = new ManualClock();
  readonly sounds: StandInSound[] = [];
  readonly settled = new Set<string>();
  readonly kept = new Map<string, Buffer>();
  readonly asked: SoundAsked[] = [];
  connected = false;
  loses = false;
  doubles = false;
  full = false;
  room = true;
  readonly #dir: string;
  #wire: (() => void | Promise<void>)[] = [];
  home: SoundsHome<StandInSound>;

  constructor(where: string) {
    this.#dir = where;
    this.home = this.#begin();
  }

  get part(): string {
    return join(this.#dir, 'arriving.part');
  }

  #begin(): SoundsHome<StandInSound> {
    return new SoundsHome({
      ...{ clock: this.clock, log: silentLog, part: this.part },
      next: () => this.sounds.find(({ id }) => !this.settled.has(id)),
      hasRoom: () => this.room,
      ask: (asked) => this.#travels(() => this.#atStandIn(asked)),
      keep: ({ id }) => {
        if (this.full) throw new Error('ENOSPC');
        expect(this.kept.has(id)).toBe(false);
        this.kept.set(id, readFileSync(this.part));
      },
      settled: ({ id }) => void this.settled.add(id),
    });
  }

  fileOf(id: string): string {
    return join(this.#dir, `${id}.wav`);
  }

  records(bytes: number): string {
    const id = `r-${this.sounds.length}`;
    const sound = randomBytes(bytes);
    writeFileSync(this.fileOf(id), sound);
    const sha256 = createHash('sha256').update(sound).digest('hex');
    this.sounds.push({ kind: 'recording', id, bytes, sha256 });
    this.home.look();
    return id;
  }

  #travels(word: () => void | Promise<void>): void {
    if (!this.connected || this.loses) return;
    this.#wire.push(word, ...(this.doubles ? [word] : []));
  }

  async #atStandIn(asked: SoundAsked): Promise<void> {
    this.asked.push(asked);
    const path = this.fileOf(asked.id);
    const piece = await soundPieceOf(asked, existsSync(path) ? path : undefined);
    soundPiece.parse(piece);
    this.#travels(() => this.home.heard(piece));
  }

  comes(): void {
    this.connected = true;
    this.home.connected();
  }

  goes(): void {
    this.connected = false;
    this.#wire = [];
  }

  again(): void {
    this.goes();
    this.home.stop();
    this.home = this.#begin();
    this.comes();
  }

  async delivers(): Promise<void> {
    for (let word = this.#wire.shift(); word; word = this.#wire.shift()) await word();
  }

  async waits(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      this.clock.advance(500);
      await this.delivers();
    }
  }
}

test('a file comes in pieces, with a pause between them, and is kept once it is whole', async () => {
  const world = new World(dir);
  world.comes();
  const id = world.records(2 * SOUND_PIECE_BYTES + 10);
  await world.delivers();
  expect([world.asked.map(({ from }) => from), world.kept.size]).toEqual([[0], 0]);
  await world.waits(1_000);
  expect(world.asked.map(({ from }) => from)).toEqual([0, SOUND_PIECE_BYTES, 2 * SOUND_PIECE_BYTES]);
  expect(world.kept.get(id)).toEqual(readFileSync(world.fileOf(id)));
  expect(existsSync(world.part)).toBe(false);
});

test('what the stand-in has not got any more is given up, and the next is fetched', async () => {
  const world = new World(dir);
  const gone = world.records(100);
  const next = world.records(100);
  rmSync(world.fileOf(gone));
  world.comes();
  await world.waits(1_000);
  expect([[...world.settled], [...world.kept.keys()]]).toEqual([[gone, next], [next]]);
});

test('a file that is not what the ledger says is fetched three times, and never kept', async () => {
  const world = new World(dir);
  const id = world.records(100);
  writeFileSync(world.fileOf(id), randomBytes(100));
  world.comes();
  await world.waits(5_000);
  expect([world.asked.length, world.kept.size, [...world.settled]]).toEqual([3, 0, [id]]);
});

test('while the stand-in says nothing it is asked less and less often', async () => {
  const world = new World(dir);
  world.loses = true;
  world.records(100);
  world.comes();
  let asked = 0;
  const { home } = world;
  const at: number[] = [];
  const began = world.clock.monotonic();
  world.loses = false;
  // Each question is heard, and none is answered.
  home.heard = () => undefined;
  for (let step = 0; step < 2_000; step += 1) {
    await world.waits(500);
    if (world.asked.length > asked) at.push((world.clock.monotonic() - began) / 1_000);
    asked = world.asked.length;
  }
  expect(at.slice(0, 5)).toEqual([10, 30, 70, 150, 310]);
});

test('a disk without room: nothing is fetched; one that refuses the file has it fetched again later', async () => {
  const world = new World(dir);
  world.room = false;
  const id = world.records(100);
  world.comes();
  await world.waits(5_000);
  expect(world.asked).toEqual([]);
  world.room = true;
  world.full = true;
  await world.waits(20_000);
  expect([world.asked.length, world.settled.size]).toEqual([1, 0]);
  world.full = false;
  await world.waits(600_000);
  expect([...world.kept.keys()]).toEqual([id]);
});

type Happening = (world: World) => void | Promise<void>;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.nat({ max: 3 * SOUND_PIECE_BYTES }).map((bytes) => (world: World) => void world.records(bytes + 1)),
  fc.constant((world: World) => world.comes()),
  fc.constant((world: World) => world.goes()),
  fc.constant((world: World) => world.again()),
  fc.boolean().map((loses) => (world: World) => {
    world.loses = loses;
  }),
  fc.boolean().map((doubles) => (world: World) => {
    world.doubles = doubles;
  }),
  fc.boolean().map((full) => (world: World) => {
    world.full = full;
  }),
  fc.constantFrom(500, 2_000, 30_000).map((ms) => (world: World) => world.waits(ms)),
);

test('whatever happens on the way, each is there once and whole in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
      const world = new World(mkdtempSync(join(dir, 'run-')));
      for (const happen of happenings) await happen(world);
      world.loses = false;
      world.full = false;
      world.comes();
      await world.waits(700_000);
      for (const { id } of world.sounds) expect(world.kept.get(id)).toEqual(readFileSync(world.fileOf(id)));
      world.home.stop();
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('a piece that nobody asked for changes nothing', () => {
  const world = new World(dir);
  const stray: SoundPiece = { v: 1, kind: 'message', id: 'x', box: 'shop', from: 0, bytes: 3, data: 'AAAA' };
  world.comes();
  world.home.heard(stray);
  expect(world.kept.size).toBe(0);
});
