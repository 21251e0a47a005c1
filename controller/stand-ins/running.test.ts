import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toRun, type Wanted } from './running.ts';

const spare = (branch: string, more: Partial<Wanted> = {}): Wanted => ({
  ...{ branch, held: false, needed: false, since: 0, there: false },
  ...more,
});
const wanted = [spare('west', { needed: true }), spare('east'), spare('north'), spare('south')];
const running = (most: number): string[] => [...toRun(wanted, most)];

test('with room for all, all are there', () => {
  expect(running(4).sort()).toEqual(['east', 'north', 'south', 'west']);
});

test('who is needed comes first, the others by name, always the same ones', () => {
  expect(running(1)).toEqual(['west']);
  expect(running(3)).toEqual(['west', 'east', 'north']);
  expect([...toRun(wanted.toReversed(), 3)]).toEqual(running(3));
});

test('of a host that has said nothing yet, none', () => {
  expect(running(0)).toEqual([]);
});

test('five in doubt and room for three: who is there already, then whose doubt is the oldest', () => {
  const all = [
    spare('a', { needed: true, since: 5 }),
    spare('b', { needed: true, since: 4 }),
    spare('c', { needed: true, since: 3 }),
    spare('d', { needed: true, since: 9, there: true }),
    spare('e', { needed: true, since: 9 }),
  ];
  expect([...toRun(all, 3)]).toEqual(['d', 'c', 'b']);
});

test('one that is held is never ended for another, whoever is in doubt and however little room there is', () => {
  const held = ['y', 'z'].map((branch) => spare(branch, { held: true, since: 9, there: true }));
  const doubt = ['a', 'b'].map((branch) => spare(branch, { needed: true, since: 1, there: true }));
  expect([...toRun([...doubt, ...held], 3)]).toEqual(['y', 'z', 'a']);
  expect([...toRun([...doubt, ...held], 1)]).toEqual(['y', 'z']);
});

test('one that nobody needs goes for one that is needed, and stays before one that nobody needs either', () => {
  const there = spare('z', { there: true });
  expect([...toRun([spare('a', { needed: true }), there], 1)]).toEqual(['a']);
  expect([...toRun([spare('a'), there], 1)]).toEqual(['z']);
});

test('whoever is held goes on, whoever else comes, and nobody else is there beyond the room', () => {
  const one = fc.record({
    branch: fc.string({ minLength: 1, maxLength: 3 }),
    ...{ held: fc.boolean(), needed: fc.boolean(), there: fc.boolean() },
    since: fc.nat(100),
  });
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: ({ branch }) => branch }), fc.nat(6), (all, most) => {
      const there = toRun(all, most);
      const held = all.filter((each) => each.held);
      for (const { branch } of held) expect(there.has(branch)).toBe(true);
      expect(there.size).toBe(Math.max(held.length, Math.min(most, all.length)));
    }),
  );
});

test('one has come home: whose doubt is the oldest of those that wait is next', () => {
  const failed = ['e', 'd', 'c', 'b', 'a'].map((branch, index) =>
    spare(branch, { needed: true, since: index }),
  );
  expect([...toRun(failed, 3)]).toEqual(['e', 'd', 'c']);
  const moved = failed.map((each) => ({ ...each, held: ['e', 'd', 'c'].includes(each.branch) }));
  const home = moved.map((each) => (each.branch === 'd' ? spare('d') : each));
  expect([...toRun(home, 3)].sort()).toEqual(['b', 'c', 'e']);
});
