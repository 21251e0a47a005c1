import { beforeEach, expect, test } from 'vitest';
import type { Party } from '@branchline/contracts/continuity';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { KeptDrill } from '../store/drills.ts';
import { Drills, type WantedDrill } from './drills.ts';

const WANTED: WantedDrill = {
  ...{ box: 'west', kind: 'move', who: 'anna', note: null, number: '+8657186001000', plannedFor: null },
  ...{ holdMs: 5_000, homeWithinMs: 60_000, silentMs: 30_000, hours: null },
};

/** A branch that does what it is ordered, the rows of the drills, and headquarters, which may be begun anew. */
class World {
  readonly clock = new ManualClock();
  readonly rows = new Map<number, KeptDrill & { open: boolean }>();
  readonly orders: (Party | null)[] = [];
  readonly cuts: number[] = [];
  /** Whose order stands at the branch. */
  ordered: Party | null = null;
  personOrdered = false;
  canCall = true;
  ready = true;
  /** What cannot be stored now: the drill itself, or the order to the branch. */
  refuses: 'drill' | 'order' | 'cut' | undefined;
  drills = this.#make();

  #make(): Drills {
    const done = (what: 'drill' | 'order' | 'cut', then: () => void): Promise<void> =>
      this.refuses === what ? Promise.reject(new Error(`no ${what}`)) : Promise.resolve().then(then);
    return new Drills({
      ...{ clock: this.clock, log: silentLog },
      store: {
        begin: async (head, drill) => {
          await Promise.resolve();
          const kept = { ...head, id: this.rows.size + 1, drill };
          this.rows.set(kept.id, { ...kept, open: true });
          return kept;
        },
        save: (id, drill, open) =>
          done('drill', () => {
            const row = this.rows.get(id);
            if (row) this.rows.set(id, { ...row, drill, open });
          }),
        open: () => Promise.resolve([...this.rows.values()].filter(({ open }) => open)),
      },
      world: {
        seen: () => ({
          standInReady: this.ready,
          answers: this.ordered ?? 'box',
          quiet: true,
          personOrdered: this.personOrdered,
        }),
        call: () =>
          this.canCall
            ? Promise.resolve({ by: this.ordered ?? ('box' as const), ms: 400 })
            : Promise.reject(new Error('cannot call')),
        order: (_, to) =>
          done('order', () => {
            if (this.personOrdered) return;
            this.ordered = to;
            this.orders.push(to);
          }),
        cutUplink: (_, forMs) => done('cut', () => void this.cuts.push(forMs)),
      },
    });
  }

  async again(): Promise<void> {
    await this.drills.rest();
    this.drills = this.#make();
    await this.drills.start();
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.clock.advance(Math.min(left, 1_000));
      for (let turn = 0; turn < 40; turn++) await Promise.resolve();
    }
  }

  /** Until it stands so, or a minute is over. */
  async until(state: string): Promise<void> {
    for (let s = 0; s < 60 && this.now !== state; s++) await this.pass(1_000);
    expect(this.now).toBe(state);
  }

  get now(): string | undefined {
    return this.rows.get(1)?.drill.state;
  }

  get because(): string | null | undefined {
    return this.rows.get(1)?.drill.because;
  }
}

let world: World;
beforeEach(async () => {
  world = new World();
  await world.drills.start();
});

test('a move, from its first call to its end: ordered there, home, and left to itself', async () => {
  await world.drills.begin(WANTED);
  await world.until('passed');
  expect(world.orders).toEqual(['stand-in', 'box', null]);
  expect([world.rows.get(1)?.open, world.drills.openAt('west')]).toEqual([false, false]);
});

test('what a person orders meanwhile stays, and the drill ends', async () => {
  await world.drills.begin(WANTED);
  await world.until('held');
  world.personOrdered = true;
  await world.until('failed');
  expect([world.because, world.ordered, world.orders]).toEqual(['person-ordered', 'stand-in', ['stand-in']]);
  expect(world.drills.openAt('west')).toBe(false);
});

test('while a person’s order stands none begins', async () => {
  world.personOrdered = true;
  await world.drills.begin(WANTED);
  await world.until('failed');
  expect([world.because, world.orders]).toEqual(['person-ordered', []]);
});

test('a cut of the uplink orders nothing; a box that refuses it fails the drill', async () => {
  await world.drills.begin({ ...WANTED, kind: 'cut-uplink' });
  await world.until('passed');
  expect([world.orders, world.cuts]).toEqual([[], [5_000]]);

  world = new World();
  await world.drills.start();
  world.refuses = 'cut';
  await world.drills.begin({ ...WANTED, kind: 'cut-uplink' });
  await world.until('failed');
  expect(world.because).toBe('refused-by-box');
});

test('one at a time at a branch, asked for twice in one moment too', async () => {
  const both = await Promise.all([world.drills.begin(WANTED), world.drills.begin(WANTED)]);
  expect(both.filter(Boolean)).toHaveLength(1);
  expect(await world.drills.begin(WANTED)).toBeUndefined();
  expect(await world.drills.begin({ ...WANTED, box: 'east' })).toBeDefined();
});

test.each(['before', 'moving', 'held', 'returning'] as const)(
  'headquarters stops and starts while it is %s: it goes on to its end',
  async (state) => {
    await world.drills.begin(WANTED);
    await world.until(state);
    await world.again();
    expect(world.drills.openAt('west')).toBe(true);
    await world.until('passed');
    expect([world.ordered, world.orders.at(-1)]).toEqual([null, null]);
  },
);

test('a stand-in that cannot call ends a drill before anything is changed', async () => {
  world.canCall = false;
  await world.drills.begin(WANTED);
  await world.until('failed');
  expect([world.because, world.orders]).toEqual(['stand-in-not-ready', []]);
});

test('one that cannot call for a while is asked again, and in the end it is brought home all the same', async () => {
  await world.drills.begin(WANTED);
  await world.until('held');
  world.canCall = false;
  await world.until('returning');
  await world.pass(2_000);
  world.canCall = true;
  await world.until('passed');
});

test('what cannot be stored waits, and nothing is ordered meanwhile; then it goes on', async () => {
  world.refuses = 'drill';
  await world.drills.begin(WANTED);
  await world.pass(20_000);
  expect([world.now, world.orders]).toEqual(['waiting', []]);
  world.refuses = undefined;
  await world.until('held');
  world.refuses = 'drill';
  await world.drills.stop(1, 'ben');
  await world.pass(20_000);
  expect([world.now, world.orders]).toEqual(['held', ['stand-in']]);
  world.refuses = undefined;
  await world.until('stopped');
  expect([world.rows.get(1)?.drill.endedBy, world.ordered]).toEqual(['ben', null]);
});

test('an order that cannot be taken back is not forgotten, over a start of headquarters too', async () => {
  await world.drills.begin(WANTED);
  await world.until('returning');
  world.refuses = 'order';
  await world.until('passed');
  expect([world.ordered, world.drills.openAt('west')]).toEqual(['box', true]);
  await world.again();
  await world.pass(5_000);
  expect(world.ordered).toBe('box');
  world.refuses = undefined;
  await world.pass(2_000);
  expect([world.ordered, world.drills.openAt('west')]).toEqual([null, false]);
});

test('a person stops it: it is brought home, and says who', async () => {
  await world.drills.begin(WANTED);
  await world.until('held');
  await world.drills.stop(1, 'ben');
  await world.until('stopped');
  expect([world.orders, world.rows.get(1)?.drill.endedBy]).toEqual([['stand-in', 'box', null], 'ben']);
  await world.drills.stop(1, 'carl');
  expect(world.rows.get(1)?.drill.endedBy).toBe('ben');
});

test('what a person did is said to be undone: nothing is ordered by it', async () => {
  await world.drills.begin({ ...WANTED, kind: 'take-mains', holdMs: 600_000 });
  await world.until('held');
  await world.drills.undone(1);
  await world.until('passed');
  expect(world.orders).toEqual([]);
});

test('one that is planned begins in its time', async () => {
  const plannedFor = world.clock.now() + 60_000;
  await world.drills.begin({ ...WANTED, plannedFor });
  await world.pass(59_000);
  expect(world.now).toBe('waiting');
  await world.until('passed');
});
