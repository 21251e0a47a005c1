import { expect, test } from 'vitest';
import { judgeSound, SAMPLE_RATE, samplesOf, TEST_HZ, testTone } from './tone.ts';

const sound = (seconds: number, at: (second: number) => number): Int16Array =>
  Int16Array.from({ length: seconds * SAMPLE_RATE }, (_, index) => Math.round(at(index / SAMPLE_RATE)));
const tone =
  (hz: number, loud = 6_000) =>
  (second: number) =>
    loud * Math.sin(2 * Math.PI * hz * second);
/** The same noise every time: a linear congruential generator. */
function noise(loud: number): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return (seed / 2 ** 30 - 1) * loud;
  };
}

test.each([
  ['nothing at all', new Int16Array(0), 'silent'],
  ['silence', sound(3, () => 0), 'silent'],
  ['the noise of a line', sound(3, noise(60)), 'silent'],
  ['a click', sound(3, (second) => (second < 0.1 ? 9_000 : 0)), 'silent'],
  ['our tone', sound(3, tone(TEST_HZ)), 'both-ways'],
  [
    'our tone, faint and late',
    sound(3, (second) => (second < 1.5 ? 0 : tone(TEST_HZ, 400)(second))),
    'both-ways',
  ],
  ['our tone under noise', sound(3, (second) => tone(TEST_HZ, 3_000)(second) + noise(800)()), 'both-ways'],
  ['a busy tone', sound(3, tone(450)), 'not-returned'],
  ['the reference tone of a network', sound(3, tone(1_004)), 'not-returned'],
  ['speech-like noise', sound(3, noise(8_000)), 'not-returned'],
])('%s', (_, samples, verdict) => {
  expect(judgeSound(samples, true)).toBe(verdict);
});

test('what is sent is what is listened for', () => {
  const sent = testTone(3_000);
  expect(sent.length).toBe(3 * SAMPLE_RATE * 2);
  expect(judgeSound(samplesOf(sent), true)).toBe('both-ways');
});

test('with a number that gives nothing back, whatever is heard is heard', () => {
  expect(judgeSound(sound(3, tone(450)), false)).toBe('heard');
  expect(
    judgeSound(
      sound(3, () => 0),
      false,
    ),
  ).toBe('silent');
});

test('samples are read as the engine writes them; half a sample at the end is left', () => {
  expect([...samplesOf(Buffer.from([1, 0, 0xff, 0xff, 7]))]).toEqual([1, -1]);
});
