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
