import { expect, test } from 'vitest';
import { z } from 'zod';
import { changeReader } from './read-change.ts';

const read = changeReader({ calls: z.object({ n: z.number() }) });
const at = '2026-01-01T00:00:00Z';

test('a change that fits its collection, with fields that are not known taken off', () => {
  expect(read({ at, in: 'calls', id: 'a', value: { n: 1, more: 2 } })).toEqual({
    at,
    in: 'calls',
    id: 'a',
    value: { n: 1 },
  });
  expect(read({ at, in: 'calls', id: 'a', value: null })?.value).toBeNull();
});

test.each([
  undefined,
  null,
  7,
  {},
  { at, in: 'lamps', id: 'a', value: {} },
  { at, in: '__proto__', id: 'a', value: {} },
  { at, in: 'calls', id: 3, value: { n: 1 } },
  { at, in: 'calls', id: 'a', value: { n: 'x' } },
  { at, in: 'calls', id: 'a' },
])('%j is passed over', (json) => {
  expect(read(json)).toBeUndefined();
});
