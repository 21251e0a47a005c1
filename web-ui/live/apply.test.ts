import { expect, test } from 'vitest';
import { applyChange } from './apply.ts';

const state = { at: '1', calls: { a: { n: 1 }, b: { n: 2 } }, queues: { q: {} } };

test('a value is put in its place and the rest stays the same object', () => {
  const next = applyChange(state, { at: '2', in: 'calls', id: 'a', value: { n: 3 } });
  expect(next).toEqual({ at: '2', calls: { a: { n: 3 }, b: { n: 2 } }, queues: { q: {} } });
  expect(Object.keys(next.calls)).toEqual(['a', 'b']);
  expect(next.queues).toBe(state.queues);
  expect(next.calls.b).toBe(state.calls.b);
});

test('null takes it away, and a collection that is not known here is passed over', () => {
  expect(applyChange(state, { at: '2', in: 'calls', id: 'a', value: null }).calls).toEqual({ b: { n: 2 } });
  expect(applyChange(state, { at: '2', in: 'lamps', id: 'a', value: {} })).toBe(state);
});
