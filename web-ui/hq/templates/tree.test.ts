import { expect, test } from 'vitest';
import type { TemplateSummary } from '@branchline/contracts/http/templates';
import { treeOf } from './tree.ts';

const template = (name: string, parent: string | null): TemplateSummary => ({
  ...{ name, parent, version: 1, inForce: 1, author: 'chen', reason: 'so', at: '2026-01-05T00:00:00Z' },
  directly: [],
  uses: [],
});
const shown = (...all: TemplateSummary[]): string[] =>
  treeOf(all).map(({ template: { name }, depth }) => `${depth} ${name}`);

test('each stands beneath its parent, once', () => {
  expect(shown(template('east', 'fleet'), template('fleet', null), template('hangzhou', 'east'))).toEqual([
    '0 fleet',
    '1 east',
    '2 hangzhou',
  ]);
});

test('one in a circle, or beneath one that is not there, is shown all the same', () => {
  expect(shown(template('a', 'b'), template('b', 'a'), template('c', 'gone'))).toEqual(['0 c', '0 a', '1 b']);
});
