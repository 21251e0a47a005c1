/** What holds of every rollout, whatever boxes, people and times do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rolloutGates } from '@branchline/contracts/fleet/rollouts';
import type { Order, RolloutState, Rules } from './state.ts';
import { PaperFleet, type Fate } from './testing/paper-fleet.ts';

const FATES: readonly Fate[] = ['good', 'reverts', 'refuses', 'conflicts', 'loses-phones'];
const ORDERS: readonly Order[] = ['pause', 'resume', 'abort'];
const WAVES = 3;

type Act =
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'online' | 'quiet' | 'deliver' | 'report'; readonly box: number }
  | { readonly do: 'look' }
  | { readonly do: 'order'; readonly order: Order };

const box = fc.nat(11);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Act>({ do: 'look' }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('online' as const, 'quiet', 'deliver', 'deliver', 'report'),
      box,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('order' as const), order: fc.constantFrom(...ORDERS) }),
  },
);
const fleet = (fates: readonly Fate[]) =>
  fc.record({
    boxes: fc.array(fc.record({ wave: fc.nat(WAVES - 1), fate: fc.constantFrom(...fates) }), {
      minLength: 1,
      maxLength: 12,
    }),
    enoughPercent: fc.array(fc.integer({ min: 50, max: 100 }), { minLength: WAVES, maxLength: WAVES }),
    atOnce: fc.integer({ min: 1, max: 5 }),
    acts: fc.array(act, { maxLength: 80 }),
  });
interface Given {
  readonly boxes: readonly { readonly wave: number; readonly fate: Fate }[];
  readonly enoughPercent: readonly number[];
  readonly atOnce: number;
  readonly acts: readonly Act[];
}

const gates = rolloutGates.parse({ soakS: 30, patienceS: 10 });
const made = ({ boxes, enoughPercent, atOnce }: Given): PaperFleet => {
  const rules: Rules = { enoughPercent, atOnce, gates };
  return new PaperFleet(rules, boxes);
};

function perform(paper: PaperFleet, acts: readonly Act[]): void {
  for (const each of acts) {
    if (each.do === 'look') paper.look();
    else if (each.do === 'wait') paper.now += each.seconds * 1_000;
    else if (each.do === 'order') paper.order(each.order);
    else {
      const at = paper.box(each.box);
      if (each.do === 'online') at.online = !at.online;
      else if (each.do === 'quiet') at.quiet = !at.quiet;
      else if (each.do === 'report') at.reports += 1;
      else paper.deliver(at);
    }
  }
}

/** Everybody is there, everything is quiet, and nobody orders anything any more. */
function settle(paper: PaperFleet): void {
  if (paper.state.status === 'paused') paper.order('resume');
  for (const each of paper.boxes.values()) Object.assign(each, { online: true, quiet: true });
  for (let round = 0; round < 200 && !isOver(paper.state); round += 1) {
    for (const each of paper.boxes.values()) {
      paper.deliver(each);
      each.reports += 1;
    }
    paper.now += 31_000;
    paper.look();
  }
}

const isOver = ({ status }: RolloutState): boolean => status === 'done' || status === 'gone-back';
const goodOf = (state: RolloutState, wave: number): number =>
  [...state.boxes.values()].filter((each) => each.wave === wave && each.step === 'good').length;
const sizeOf = (state: RolloutState, wave: number): number =>
  [...state.boxes.values()].filter((each) => each.wave === wave).length;

test('a box is touched only when it is there, in a quiet hour, after every wave before its own, and not too many at once', () => {
  fc.assert(
    fc.property(fleet(FATES), (given) => {
      const paper = made(given);
      paper.onPut = ({ box: name, way, state }) => {
        if (way === 'back') return;
        expect(paper.boxes.get(name)).toMatchObject({ online: true, quiet: true });
        expect(state.status).toBe('running');
        for (let wave = 0; wave < (state.boxes.get(name)?.wave ?? 0); wave += 1) {
          const enough = Math.ceil((sizeOf(state, wave) * (given.enoughPercent[wave] ?? 100)) / 100);
          expect(goodOf(state, wave)).toBeGreaterThanOrEqual(enough);
        }
        const busy = [...state.boxes].filter(
          ([each, { step }]) => (step === 'asked' || step === 'watching') && paper.boxes.get(each)?.online,
        );
        expect(busy.length).toBeLessThan(given.atOnce);
      };
      perform(paper, given.acts);
      settle(paper);
    }),
  );
});

test('it comes to an end: all boxes at the new version, or every one that was touched at what it had', () => {
  fc.assert(
    fc.property(fleet(FATES), (given) => {
      const paper = made(given);
      perform(paper, given.acts);
      settle(paper);
      expect(isOver(paper.state)).toBe(true);
      const wanted = paper.state.status === 'done' ? 'new' : 'old';
      for (const { inForce, versions } of paper.boxes.values()) {
        expect(versions.at(-1)).toBe(wanted);
        expect(inForce).toBe(wanted);
      }
    }),
  );
});

test('it is stopped by a gate only at a box that the change harms; a box that is away never fails', () => {
  fc.assert(
    fc.property(fleet(FATES), (given) => {
      const paper = made(given);
      perform(paper, given.acts);
      settle(paper);
      const { stop, status } = paper.state;
      if (stop?.by === 'gate') {
        expect(paper.boxes.get(stop.box)?.fate).not.toBe('good');
        const isLost = paper.state.boxes
          .get(stop.box)
          ?.findings.some(({ gate, ok }) => gate === 'phones' && !ok);
        if (isLost) expect(paper.boxes.get(stop.box)?.fate).toBe('loses-phones');
      } else if (stop === null)
        expect([status, given.boxes.some(({ fate }) => fate !== 'good')]).toEqual(['done', false]);
    }),
  );
});

test('a box is given the change once, and taken back once when it takes that', () => {
  fc.assert(
    fc.property(fleet(FATES), (given) => {
      const paper = made(given);
      perform(paper, given.acts);
      settle(paper);
      for (const name of paper.boxes.keys())
        for (const way of ['forward', 'back'])
          expect(paper.puts.filter((put) => put.box === name && put.way === way).length).toBeLessThanOrEqual(
            1,
          );
    }),
  );
});

test('a start at any moment changes nothing', () => {
  fc.assert(
    fc.property(fleet(FATES), fc.infiniteStream(fc.boolean()), (given, starts) => {
      const [steady, shaken] = [made(given), made(given)];
      perform(steady, given.acts);
      for (const each of given.acts) {
        if (starts.next().value) shaken.restart();
        perform(shaken, [each]);
      }
      settle(steady);
      shaken.restart();
      settle(shaken);
      expect(shaken.trace).toEqual(steady.trace);
    }),
  );
});
