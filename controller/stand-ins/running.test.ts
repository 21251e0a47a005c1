import { expect, test } from 'vitest';
import { toRun } from './running.ts';

const wanted = ['west', 'east', 'north', 'south'].map((branch) => ({ branch, needed: branch === 'west' }));
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
