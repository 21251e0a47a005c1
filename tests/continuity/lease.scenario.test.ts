/** The lease between headquarters, box and stand-in: what holds whatever is lost, late, doubled, cut off, restarted or refused. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CLOCK_DRIFT, LEASE_TERM_MS, PARTIES, type Party } from '@branchline/contracts/continuity';
import { PaperWorld, type CarrierMood, type Wire } from './paper-world.ts';

const SETTLES_MS = 20_000;

type Act =
  | { readonly do: 'live'; readonly ms: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'let-go'; readonly which: number }
  | { readonly do: 'wants' | 'ask' | 'say' | 'stop' | 'start'; readonly party: Party }
  | { readonly do: 'wire'; readonly party: Party; readonly wire: Wire }
  | { readonly do: 'line'; readonly up: boolean }
  | { readonly do: 'mood'; readonly mood: CarrierMood }
  | { readonly do: 'settle' | 'call' | 'test' | 'carrier' | 'stop-headquarters' | 'start-headquarters' };

const party = fc.constantFrom(...PARTIES);
const one = <const D extends Act['do']>(...all: D[]) => fc.constantFrom(...all);
const TERM = LEASE_TERM_MS;
const ms = fc.constantFrom(1, 400, 3_000, 10_000, SETTLES_MS, TERM / 2, TERM - 1_000, TERM, TERM + 1_000);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: one('live', 'live', 'pass'), ms }) },
  { weight: 5, arbitrary: fc.record({ do: one('let-go'), which: fc.nat(20) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: one('wants', 'wants', 'ask', 'say', 'stop', 'start', 'start'), party }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: one('wire'),
      party,
      wire: fc.constantFrom<Wire>('carries', 'carries', 'doubles', 'loses', 'keeps'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: one('line'), up: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: one('mood'),
      mood: fc.constantFrom<CarrierMood>('does', 'does', 'refuses', 'does-silently', 'does-late', 'ignores'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: one(
        'settle',
        'call',
        'test',
        'carrier',
        'stop-headquarters',
        'start-headquarters',
        'start-headquarters',
      ),
    }),
  },
);

const history = fc.record({
  ownLine: fc.boolean(),
  slow: fc.double({ min: 1 - CLOCK_DRIFT / 2, max: 1, noNaN: true }),
  acts: fc.array(act, { maxLength: 60 }),
});
interface History {
  readonly ownLine: boolean;
  readonly slow: number;
  readonly acts: readonly Act[];
}

function lived({ ownLine, slow, acts }: History): PaperWorld {
  const world = new PaperWorld({ ownLine, carrierSettlesMs: SETTLES_MS }, { box: slow, 'stand-in': 1 });
  for (const now of acts) {
    perform(world, now);
    world.check();
  }
  return world;
}

function perform(world: PaperWorld, now: Act): void {
  switch (now.do) {
    case 'live':
      return world.live(now.ms, 6);
    case 'pass':
      return world.pass(now.ms);
    case 'let-go':
      return world.letGo(now.which);
    case 'wants':
      return world.tell({ is: 'wants', party: now.party });
    case 'ask':
    case 'say':
    case 'stop':
    case 'start':
      return world[now.do](now.party);
    case 'wire':
      return world.wire(now.party, now.wire);
    case 'line':
      return world.line(now.up);
    case 'mood':
      world.mood = now.mood;
      return;
    case 'settle':
    case 'call':
    case 'test':
      return world[now.do]();
    case 'carrier':
      return world.hearCarrier();
    case 'stop-headquarters':
      return world.stopHeadquarters();
    case 'start-headquarters':
      return world.startHeadquarters();
  }
}

test('never may both act, and no call is taken under an older right than one before it', () => {
  fc.assert(
    fc.property(history, (all) => {
      expect(lived(all).faults).toEqual([]);
    }),
    { numRuns: 20_000 },
  );
});

/** Everything works from now on, for so long, ms. */
function healed(world: PaperWorld, alive: readonly Party[], ms: number): void {
  world.mood = 'does';
  world.startHeadquarters();
  for (const name of PARTIES) {
    world.wire(name, 'carries');
    if (alive.includes(name)) world.start(name);
    else world.stop(name);
  }
  world.line(true);
  world.live(ms, Math.ceil(ms / 500));
}

test.each([{ alive: ['box'] }, { alive: ['stand-in'] }, { alive: ['box', 'stand-in'] }] as const)(
  'once nothing goes wrong any more, one answers within half a minute and acts within the term: $alive alive',
  ({ alive }) => {
    fc.assert(
      fc.property(history, fc.constantFrom(...alive), (all, wanted) => {
        const world = lived(all);
        world.startHeadquarters();
        world.tell({ is: 'wants', party: wanted });
        healed(world, alive, SETTLES_MS + 12_000);
        expect([world.route, world.headquarters?.lease.answers, world.rights(wanted).answers]).toEqual([
          wanted,
          wanted,
          true,
        ]);
        healed(world, alive, LEASE_TERM_MS + 5_000);
        expect([world.rights(wanted).acts, world.faults]).toEqual([true, []]);
      }),
      { numRuns: 150 },
    );
  },
  60_000,
);

/** Both there, everything well, and the box holds both rights. */
function calm(ownLine = false, rate = 1): PaperWorld {
  const rules = { ownLine, carrierSettlesMs: SETTLES_MS };
  const world = new PaperWorld(rules, { box: rate, 'stand-in': 1 });
  healed(world, PARTIES, SETTLES_MS + 2_000);
  expect(world.rights('box')).toEqual({ answers: true, acts: true });
  return world;
}

/** The box falls away, and the stand-in is wanted. */
function moved(world: PaperWorld): void {
  world.wire('box', 'loses');
  world.tell({ is: 'wants', party: 'stand-in' });
  world.live(2_000, 4);
  expect([world.route, world.rights('stand-in')]).toEqual(['stand-in', { answers: true, acts: false }]);
}

test('calls are with the stand-in within moments of a box that fell away, its callbacks once the term is over', () => {
  const world = calm();
  moved(world);
  world.live(LEASE_TERM_MS + 2_000, 10);
  expect([world.rights('box').acts, world.rights('stand-in').acts, world.faults]).toEqual([false, true, []]);
});

test('the right to act is given to another only when the slowest clock has counted to the end', () => {
  const world = calm(false, 1 - CLOCK_DRIFT / 2);
  moved(world);
  let boxUntil = 0;
  let waited = 0;
  while (!world.rights('stand-in').acts && waited < 2 * LEASE_TERM_MS) {
    world.live(1_000, 1);
    waited += 1_000;
    if (world.rights('box').acts) boxUntil = waited;
  }
  expect(boxUntil).toBeGreaterThanOrEqual(LEASE_TERM_MS - 5_000);
  expect(waited).toBeGreaterThan(boxUntil);
  expect(world.faults).toEqual([]);
});

test('a box that hears that it is relieved lets go at once: nobody waits for the term', () => {
  const world = calm();
  world.tell({ is: 'wants', party: 'stand-in' });
  world.live(2_000, 4);
  expect([world.rights('box'), world.rights('stand-in')]).toEqual([
    { answers: false, acts: false },
    { answers: true, acts: true },
  ]);
});

test('no call goes to who has not heard of the newest lease, though it is there again', () => {
  const world = calm();
  moved(world);
  world.wire('box', 'keeps');
  world.tell({ is: 'says', party: 'box', knows: 1, ready: true });
  world.tell({ is: 'wants', party: 'box' });
  world.live(5_000, 5);
  expect([world.route, world.rights('stand-in').answers]).toEqual(['stand-in', true]);
});

test('an old lease that comes late changes nothing', () => {
  const world = calm();
  world.wire('stand-in', 'doubles');
  world.tell({ is: 'wants', party: 'stand-in' });
  world.live(2_000, 4);
  world.tell({ is: 'wants', party: 'box' });
  world.live(2_000, 4);
  const { lease } = world.parties['stand-in'].state;
  for (let which = 0; which < 60; which++) world.letGo(which);
  expect(world.parties['stand-in'].state.lease).toEqual(lease);
});

test('an answer that took longer than the term renews nothing, though the line is up by then', () => {
  const world = calm(true);
  world.wire('box', 'keeps');
  world.ask('box');
  world.letGo(0);
  world.line(false);
  world.pass(LEASE_TERM_MS + 1_000);
  world.line(true);
  world.letGo(0);
  expect(world.rights('box')).toEqual({ answers: true, acts: false });
});

test('a line that was down when the term ended proves nothing once it is up again', () => {
  const world = calm(true);
  world.wire('box', 'loses');
  world.line(false);
  world.pass(LEASE_TERM_MS + 1_000);
  world.line(true);
  expect(world.rights('box').acts).toBe(false);
});

test('a call that found nobody while the box could still act by its term does not count', () => {
  const world = calm(true);
  world.line(false);
  moved(world);
  world.line(true);
  world.pass(LEASE_TERM_MS + 2_000);
  world.live(1_000, 2);
  expect([world.rights('box').acts, world.rights('stand-in').acts]).toEqual([true, false]);
});

test('headquarters that starts anew waits the whole term: it may have renewed the right just before', () => {
  const world = calm();
  world.wire('box', 'loses');
  world.stopHeadquarters();
  world.startHeadquarters();
  world.tell({ is: 'wants', party: 'stand-in' });
  world.live(SETTLES_MS + 6_000, 12);
  expect([world.rights('box').acts, world.rights('stand-in')]).toEqual([
    true,
    { answers: true, acts: false },
  ]);
});

test('nothing passes before the carrier has confirmed, nor while what it was asked may still happen', () => {
  const world = calm();
  world.mood = 'does-late';
  world.tell({ is: 'wants', party: 'stand-in' });
  world.live(3_000, 3);
  expect([world.route, world.rights('box').answers]).toEqual(['box', true]);
  world.tell({ is: 'wants', party: 'box' });
  world.mood = 'does';
  world.live(SETTLES_MS - 4_000, 8);
  // It went to the stand-in after all, which takes no call; and comes back once that is certain.
  world.live(10_000, 10);
  expect([world.route, world.rights('box').answers, world.faults]).toEqual(['box', true, []]);
});

test('a box that is cut off goes on calling people back by its own line, for as long as that is up', () => {
  const world = new PaperWorld({ ownLine: true, carrierSettlesMs: SETTLES_MS }, { box: 1, 'stand-in': 1 });
  healed(world, PARTIES, 2_000);
  world.wire('box', 'loses');
  world.tell({ is: 'wants', party: 'stand-in' });
  world.live(3_600_000, 360);
  expect([world.rights('box').acts, world.rights('stand-in')]).toEqual([
    true,
    { answers: true, acts: false },
  ]);
  world.line(false);
  world.live(1_000, 1);
  expect([world.rights('box').acts, world.rights('stand-in').acts]).toEqual([false, true]);
  expect(world.faults).toEqual([]);
});
