/** The lease by its services: kept in headquarters' store, told in the contract's bytes, held in files; and every fault in between. */
import { afterEach, expect, test } from 'vitest';
import { LEASE_TERM_MS } from '@branchline/contracts/continuity';
import { ASK_AGAIN_AT_MOST_MS } from '@branchline/controller/continuity/lease';
import { WiredWorld } from './wired-world.ts';

const MINUTE_MS = 60_000;
let world: WiredWorld;

async function begun(ownLine = false): Promise<WiredWorld> {
  world = new WiredWorld(ownLine);
  await world.begin();
  return world;
}
afterEach(async () => {
  expect(world.faults).toEqual([]);
  await world.end();
});
const who = () => ({ answers: world.who('answers'), acts: world.who('acts') });
const ALL_BOX = { answers: ['box'], acts: ['box'] };
const ALL_STAND_IN = { answers: ['stand-in'], acts: ['stand-in'] };

test('a branch that got a stand-in just now: its box does what it did, and the stand-in does nothing', async () => {
  await begun();
  expect(who()).toEqual(ALL_BOX);
  expect(world.routed).toEqual(['box']);
});

test('both there: everything passes within a second, and back again', async () => {
  await begun();
  world.want('stand-in');
  await world.pass(1_000);
  expect(who()).toEqual(ALL_STAND_IN);
  world.want('box');
  await world.pass(1_000);
  expect(who()).toEqual(ALL_BOX);
  expect(world.routed).toEqual(['box', 'stand-in', 'box']);
});

test('a box that is gone: the stand-in answers within seconds, and acts only once the term of the box is over', async () => {
  await begun();
  world.stopParty('box');
  world.want('stand-in');
  await world.pass(5_000);
  expect(who()).toEqual({ answers: ['stand-in'], acts: [] });
  await world.pass(LEASE_TERM_MS + 5_000);
  expect(who()).toEqual(ALL_STAND_IN);
  world.startParty('box');
  await world.pass(1_000);
  expect(who()).toEqual(ALL_STAND_IN);
});

test('box and headquarters cut off from each other for an hour, clocks an hour apart: never do both act', async () => {
  await begun();
  world.wire('box', false);
  world.want('stand-in');
  await world.pass(MINUTE_MS);
  expect(who()).toEqual({ answers: ['box', 'stand-in'], acts: ['box'] });
  await world.pass(59 * MINUTE_MS, 1_000);
  expect(who()).toMatchObject({ acts: ['stand-in'] });
  world.wire('box', true);
  await world.pass(1_000);
  expect(who()).toEqual(ALL_STAND_IN);
});

test('the same with a line of its own that is up: the box goes on acting until it hears of the other', async () => {
  await begun(true);
  world.wire('box', false);
  world.want('stand-in');
  await world.pass(60 * MINUTE_MS, 1_000);
  expect(who()).toMatchObject({ acts: ['box'] });
  world.wire('box', true);
  await world.pass(1_000);
  expect(who()).toEqual(ALL_STAND_IN);
});

test('a box that was never told of a lease may act for as long as it likes: nobody else is given the right', async () => {
  world = new WiredWorld();
  world.parties.box.wired = false;
  await world.begin();
  world.want('stand-in');
  await world.pass(30 * MINUTE_MS, 1_000);
  expect(world.runner?.all()).toMatchObject([
    { boxHeard: false, lease: { answers: 'stand-in', acts: null } },
  ]);
  world.killHeadquarters();
  await world.startHeadquarters();
  await world.pass(30 * MINUTE_MS, 1_000);
  expect(who()).toMatchObject({ acts: ['box'] });
  world.wire('box', true);
  await world.pass(1_000);
  expect(who()).toEqual(ALL_STAND_IN);
});

/** How often the store is written to in a move from box to stand-in. */
const WRITES = 4;

test.each(
  Array.from({ length: WRITES }, (_, index) => [
    { at: index + 1, hook: 'beforePut' as const },
    { at: index + 1, hook: 'afterPut' as const },
  ]).flat(),
)('headquarters killed in a move, $hook $at: the next one ends what was begun', async ({ at, hook }) => {
  await begun();
  const before = world.puts;
  world[hook] = () => {
    if (world.puts === before + at) world.killHeadquarters();
  };
  world.want('stand-in');
  await world.pass(1_000);
  expect(world.runner).toBeUndefined();
  await world.startHeadquarters();
  // What was never stored was never promised to who asked.
  if (at === 1 && hook === 'beforePut') world.want('stand-in');
  await world.pass(10_000);
  expect(who()).toEqual(ALL_STAND_IN);
});

test('headquarters killed while the carrier has not answered yet, which it does late: the next one asks it again, and ends the move', async () => {
  await begun();
  let late: (said: 'confirmed') => void = () => undefined;
  world.carrier = () => new Promise((resolve) => (late = resolve));
  world.want('stand-in');
  await world.pass(1_000);
  expect(world.routed).toEqual(['box', 'stand-in']);
  world.killHeadquarters();
  late('confirmed');
  await world.pass(1_000);
  expect(who()).toEqual(ALL_BOX);
  world.carrier = () => Promise.resolve('confirmed');
  await world.startHeadquarters();
  await world.pass(10_000);
  expect(who()).toEqual(ALL_STAND_IN);
  expect(world.routed).toEqual(['box', 'stand-in', 'stand-in']);
});

test('a move is written as often as headquarters was killed in it', async () => {
  await begun();
  const before = world.puts;
  world.want('stand-in');
  await world.pass(1_000);
  expect(world.puts - before).toBe(WRITES);
});

test('a store that takes nothing for a while: nobody is told, and all goes on once it is back', async () => {
  await begun();
  world.beforePut = () => {
    throw new Error('the disk is full');
  };
  world.want('stand-in');
  await world.pass(10_000);
  expect(who()).toEqual(ALL_BOX);
  expect(world.routed).toEqual(['box']);
  world.beforePut = () => undefined;
  await world.pass(2_000);
  expect(who()).toEqual(ALL_STAND_IN);
});

test('the stand-in dies as it serves and comes back: it serves under the lease that it kept, and acts once that is renewed', async () => {
  await begun();
  world.want('stand-in');
  await world.pass(1_000);
  world.stopParty('stand-in');
  await world.pass(5_000);
  world.wire('stand-in', false);
  world.startParty('stand-in');
  expect(who()).toEqual({ answers: ['stand-in'], acts: [] });
  world.wire('stand-in', true);
  await world.pass(500);
  expect(who()).toEqual(ALL_STAND_IN);
});

test.each(['refused', 'nothing'] as const)(
  'a carrier that says %s: nothing passes; once it confirms everything does',
  async (said) => {
    await begun();
    world.carrier = () => Promise.resolve(said);
    world.want('stand-in');
    await world.pass(30_000);
    expect(who()).toEqual(ALL_BOX);
    world.carrier = () => Promise.resolve('confirmed');
    // It is asked less and less often.
    await world.pass(ASK_AGAIN_AT_MOST_MS + 8_000);
    expect(who()).toEqual(ALL_STAND_IN);
  },
);

test('an uplink that comes and goes every 20 s for twenty minutes: the box acts all the while', async () => {
  await begun();
  for (let turn = 0; turn < 60; turn++) {
    world.wire('box', turn % 2 === 1);
    await world.pass(20_000, 500);
    expect(who()).toEqual(ALL_BOX);
  }
});
