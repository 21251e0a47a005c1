/** What the stand-in handled comes to the box: once each, in its order, over lost and doubled words, restarts on both sides, and a stand-in that began anew. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { StandInHistory as Told, StandInHistoryHas } from '@branchline/contracts/stand-in-wire';
import { TellingHome } from '@branchline/controller/continuity/telling-home';
import { StandInHistory } from '@branchline/firmware/store/stand-in-history';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';

const EPOCHS = ['a'.repeat(16), 'b'.repeat(16)] as const;
const START = Date.UTC(2026, 10, 23);
let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'telling-home-'))));
afterEach(() => rmSync(dir, { recursive: true }));

/** A call is three events, with a word of the stand-in's own between them. */
function eventAt(seq: number): LedgerEvent {
  const call = Math.floor((seq - 1) / 4);
  const common = { seq, at: new Date(START + seq * 1_000).toISOString() };
  const of = { ...common, call: `call-${call}` };
  const from = { kind: 'caller', id: '+8613900000001' };
  switch ((seq - 1) % 4) {
    case 0:
      return { ...of, type: 'call.offered', body: { direction: 'in', from, dialled: '1000' } };
    case 1:
      return { ...of, type: 'call.queued', body: { queue: 'service', priority: 0, position: 1 } };
    case 2:
      return { ...common, type: 'trunk.state', body: { trunk: 'cloud', state: 'up' } };
    default:
      return {
        ...of,
        type: 'call.ended',
        body: { outcome: 'abandoned', endedBy: 'caller', waitMs: 1, talkMs: 0, totalMs: 3_000 },
      };
  }
}

class World {
  readonly clock = new ManualClock(START);
  epoch: string = EPOCHS[0];
  upto = 0;
  connected = true;
  loses = false;
  doubles = false;
  box: StandInHistory;
  hq: TellingHome;
  readonly #dir: string;
  #wire: (() => void)[] = [];

  constructor(where: string) {
    this.#dir = where;
    this.box = new StandInHistory(where);
    this.hq = this.#headquarters();
  }

  #headquarters(): TellingHome {
    const { clock } = this;
    return new TellingHome({
      ...{ clock, log: silentLog },
      isConnected: () => this.connected,
      streamOf: () => ({ epoch: this.epoch, kept: { upto: this.upto, beyond: [] } }),
      read: (_, from, to) =>
        Promise.resolve(Array.from({ length: to - from + 1 }, (__, index) => eventAt(from + index))),
      send: (_, told) => this.#travels(() => this.#reachesBox(told)),
    });
  }

  #travels(word: () => void): void {
    if (!this.connected || this.loses) return;
    this.#wire.push(word, ...(this.doubles ? [word] : []));
  }

  #reachesBox(told: Told): void {
    const has = this.box.take(told);
    this.#travels(() => this.#reachesHeadquarters(has));
  }

  #reachesHeadquarters(has: StandInHistoryHas): void {
    this.hq.has('west', has);
  }

  handles(events: number): void {
    this.upto += events;
    this.hq.grown('west');
  }

  comes(): void {
    this.connected = true;
    this.hq.online('west');
  }

  goes(): void {
    this.connected = false;
    this.#wire = [];
  }

  boxAgain(): void {
    this.goes();
    this.box.close();
    this.box = new StandInHistory(this.#dir);
    this.comes();
  }

  headquartersAgain(): void {
    this.hq.rest();
    this.#wire = [];
    this.hq = this.#headquarters();
    if (this.connected) this.hq.online('west');
  }

  async settles(): Promise<void> {
    for (let round = 0; round < 2_000; round += 1) {
      await Promise.resolve();
      await Promise.resolve();
      const word = this.#wire.shift();
      if (word) word();
      else if (round % 8 === 7) this.clock.advance(2_500);
      if (!word && round > 60 && this.#wire.length === 0) return;
    }
    throw new Error('it comes to no end');
  }

  calls(): string[] {
    return this.box
      .histories()
      .flatMap((history) => history.list({ limit: 10_000 }).calls)
      .map(({ id }) => id);
  }
}

test('all of it comes in stretches, and a call can be read with its events', async () => {
  const world = new World(dir);
  world.upto = 2_000;
  world.comes();
  await world.settles();
  expect(new Set(world.calls()).size).toBe(500);
  expect(world.calls()).toHaveLength(500);
  const [history] = world.box.histories();
  expect(history?.detail('call-7')?.events.map(({ type }) => type)).toEqual([
    ...['call.offered', 'call.queued', 'call.ended'],
  ]);
  world.box.close();
});

test('whatever is lost, doubled or begun anew on the way, each call is there once in the end', async () => {
  const move = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.integer({ min: 1, max: 700 }).map((events) => ({ do: 'handles' as const, events })),
    },
    ...(
      ['goes', 'comes', 'box-again', 'headquarters-again', 'loses', 'doubles', 'well', 'settles'] as const
    ).map((what) => ({ weight: 1, arbitrary: fc.constant({ do: what, events: 0 }) })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 14 }), async (moves) => {
      const mine = mkdtempSync(join(dir, 'run-'));
      const world = new World(mine);
      for (const { do: what, events } of moves) {
        if (what === 'handles') world.handles(events);
        if (what === 'goes') world.goes();
        if (what === 'comes') world.comes();
        if (what === 'box-again') world.boxAgain();
        if (what === 'headquarters-again') world.headquartersAgain();
        if (what === 'loses') world.loses = true;
        if (what === 'doubles') world.doubles = true;
        if (what === 'well') world.loses = world.doubles = false;
        if (what === 'settles') await world.settles();
      }
      world.loses = world.doubles = false;
      world.upto = Math.max(4, Math.ceil(world.upto / 4) * 4);
      world.goes();
      world.comes();
      await world.settles();
      expect(world.calls().toSorted()).toEqual(
        Array.from({ length: world.upto / 4 }, (_, index) => `call-${index}`).toSorted(),
      );
      world.box.close();
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('a stand-in whose database began anew is another ledger: both are here', async () => {
  const world = new World(dir);
  world.upto = 8;
  world.comes();
  await world.settles();
  [world.epoch, world.upto] = [EPOCHS[1], 4];
  world.hq.grown('west');
  await world.settles();
  expect(
    world.box
      .histories()
      .map((history) => history.list({ limit: 10 }).calls.length)
      .toSorted(),
  ).toEqual([1, 2]);
  const again = new StandInHistory(dir);
  expect(again.histories()).toHaveLength(2);
  again.close();
  world.box.close();
});
