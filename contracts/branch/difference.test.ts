import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changed, differenceOf, isSame, mergeOf } from './difference.ts';
import { isMapping } from './raw.ts';

const name = fc.constantFrom('a', 'b', 'li.lei', '8001');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom('x', 'y', true, null),
    fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
}));
const document = fc.dictionary(name, value, { maxKeys: 4 });

describe('a difference', () => {
  test('names each field with what it was and what it becomes', () => {
    const before = { site: { id: 'x', zone: 'A' }, routes: [1], gone: 1 };
    const after = { site: { zone: 'B', id: 'x' }, routes: [1, 2], 'new one': {} };
    expect(differenceOf(before, after)).toEqual([
      { path: ['site', 'zone'], was: 'A', becomes: 'B' },
      { path: ['routes'], was: [1], becomes: [1, 2] },
      { path: ['gone'], was: 1 },
      { path: ['new one'], becomes: {} },
    ]);
  });

  test('makes the one of the other, whatever they are', () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        expect(isSame(changed(before, differenceOf(before, after)), after)).toBe(true);
      }),
    );
  });
});

describe('three documents', () => {
  test('are brought together by field; where both sides changed one, here stays and it is shown', () => {
    const base = { queues: { sales: { ring: 15, wrap: 5 }, service: { ring: 10 } }, phones: { one: {} } };
    const here = {
      queues: { sales: { ring: 20, wrap: 5 }, service: { ring: 10 } },
      phones: { one: {}, two: {} },
    };
    const theirs = { queues: { sales: { ring: 25, wrap: 9 } }, phones: { one: {} } };
    const { take, conflicts } = mergeOf(base, here, theirs);
    expect(conflicts).toEqual([{ path: ['queues', 'sales', 'ring'], base: 15, here: 20, theirs: 25 }]);
    expect(changed(here, take)).toEqual({
      queues: { sales: { ring: 20, wrap: 9 } },
      phones: { one: {}, two: {} },
    });
  });

  test('one who took out what the other changed is a conflict', () => {
    const { take, conflicts } = mergeOf({ q: { ring: 1 } }, {}, { q: { ring: 2 } });
    expect({ take, conflicts }).toEqual({
      take: [],
      conflicts: [{ path: ['q'], base: { ring: 1 }, theirs: { ring: 2 } }],
    });
  });

  test('lose nothing: a field that one side changed is in the outcome, or in a conflict', () => {
    fc.assert(
      fc.property(document, document, document, (base, here, theirs) => {
        const { take, conflicts } = mergeOf(base, here, theirs);
        const merged = changed(here, take);
        const within = (path: readonly string[]): boolean =>
          conflicts.some(
            (each) => each.path.every((part, index) => path[index] === part) || startsWith(each.path, path),
          );
        for (const { path, becomes } of [...differenceOf(base, here), ...differenceOf(base, theirs)])
          if (!within(path) && !covered(base, here, theirs, path))
            expect(isSame(at(merged, path), becomes)).toBe(true);
      }),
    );
  });

  test('of which one side changed nothing are the other side', () => {
    fc.assert(
      fc.property(document, document, (base, other) => {
        expect(mergeOf(base, other, base)).toEqual({ take: [], conflicts: [] });
        expect(isSame(changed(base, mergeOf(base, base, other).take), other)).toBe(true);
      }),
    );
  });
});

const at = (of: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((here, part) => (here as Record<string, unknown> | undefined)?.[part], of);
const startsWith = (path: readonly string[], start: readonly string[]): boolean =>
  start.every((part, index) => path[index] === part);
/** Both sides put a mapping where none was: its fields come together, and neither side's whole is left. */
const covered = (base: unknown, here: unknown, theirs: unknown, path: readonly string[]): boolean =>
  [here, theirs].every((side) => isMapping(at(side, path))) && !isMapping(at(base, path));
