import { expect, test } from 'vitest';
import { unrecorded } from './unrecorded.ts';

test('a reason that is known is said in words, one that is not as the box says it', () => {
  expect(unrecorded('disk has no room to spare', (key) => `<${key}>`)).toBe('<recording.because.noRoom>');
  expect(unrecorded('toString', (key) => `<${key}>`)).toBe('toString');
});
