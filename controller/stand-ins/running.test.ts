import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toRun, type Wanted } from './running.ts';

const well = (branch: string): Wanted => ({ branch, answers: false, neededSince: null });
const since = (branch: string, neededSince: number, answers = false): Wanted => ({
  ...{ branch, neededSince, answers },
});
const WANTED = [since('west', 5), well('east'), well('north'), well('south')];
const running = (most: number): string[] => [...toRun(WANTED, most)];

test('with room for all, all are there', () => {
  expect(running(4).sort()).toEqual(['east', 'north', 'south', 'west']);
});

test('who is needed comes first, the others by name, always the same ones', () => {
  expect(running(1)).toEqual(['west']);
  expect(running(3)).toEqual(['west', 'east', 'north']);
  expect([...toRun(WANTED.toReversed(), 3)]).toEqual(running(3));
});

test('of a host that has said nothing yet, none but those that answer', () => {
  expect(running(0)).toEqual([]);
  expect([...toRun([since('west', 5, true), since('east', 6)], 0)]).toEqual(['west']);
});

test('five branches fail at a host for three: the first three, and none of them for a later one', () => {
  const failed = ['e', 'd', 'c', 'b', 'a'].map((branch, index) => since(branch, index));
  expect([...toRun(failed, 3)]).toEqual(['e', 'd', 'c']);
  const moved = failed.map((each) => ({ ...each, answers: ['e', 'd', 'c'].includes(each.branch) }));
  expect([...toRun(moved, 3)].sort()).toEqual(['c', 'd', 'e']);
  // One has come home: the next is there.
  const home = moved.map((each) => (each.branch === 'd' ? well('d') : each));
  expect([...toRun(home, 3)].sort()).toEqual(['b', 'c', 'e']);
});

test('whoever answers is never shed, whoever else comes', () => {
  const wanted = fc.uniqueArray(
    fc.record({
      branch: fc.string({ minLength: 1, maxLength: 3 }),
      answers: fc.boolean(),
      neededSince: fc.option(fc.nat(100)),
    }),
    { selector: ({ branch }) => branch },
  );
  fc.assert(
    fc.property(wanted, fc.nat(6), (all, most) => {
      const there = toRun(all, most);
      const answering = all.filter(({ answers }) => answers);
      for (const { branch } of answering) expect(there.has(branch)).toBe(true);
      expect(there.size).toBeLessThanOrEqual(Math.max(most, answering.length));
    }),
  );
});
