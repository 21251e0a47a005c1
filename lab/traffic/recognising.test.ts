import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../rtp/g711.ts';
import { beganBeforeEnd, knownSound, type KnownSound } from './recognising.ts';

/** Speech as a box says it. */
const PROMPTS = join(import.meta.dirname, '../../firmware/prompts/zh');
/** As much as is compared, and a little. */
const LONG = 10_000;
const soundOf = (name: string): Int16Array => decode('alaw', readFileSync(join(PROMPTS, `${name}.alaw`)));
const sounds = readdirSync(PROMPTS)
  .filter((file) => file.endsWith('.alaw'))
  .map((file) => file.slice(0, -'.alaw'.length))
  .map((name) => [name, soundOf(name)] as const);

const heardOf = (before: number, sound: Int16Array, level = 1): Int16Array => {
  const heard = new Int16Array(before + sound.length);
  sound.forEach((sample, at) => (heard[before + at] = sample * level));
  return heard;
};

describe('a greeting', () => {
  const greeting = soundOf('welcome');
  const known = knownSound(greeting);

  test.each([0, 160, 1_600])('is found %i samples after the stream began', (before) => {
    const part = greeting.subarray(0, LONG);
    expect(beganBeforeEnd(heardOf(before, part), known)).toBeCloseTo(part.length / 8, 0);
  });

  test('is known by mu-law, at half the level, and at a place of the stream that is no frame', () => {
    const part = decode('ulaw', encode('ulaw', heardOf(333, greeting.subarray(0, LONG), 0.5)));
    const began = beganBeforeEnd(part, known) ?? 0;
    expect(Math.abs(began - LONG / 8)).toBeLessThanOrEqual(1);
  });

  test('is not found while too little of it was heard', () => {
    const early = greeting.subarray(0, known.leadMs * 8 + 8 * 900);
    expect(beganBeforeEnd(heardOf(1_600, early), known)).toBeUndefined();
  });

  test('is told from silence and from every other sound that a box can say', () => {
    expect(beganBeforeEnd(new Int16Array(8_000), known)).toBeUndefined();
    expect(takenFor('welcome', known)).toEqual([]);
  });

  test('that begins with the same words as others is told from them by more of it', () => {
    const name = 'callback-greeting';
    expect(takenFor(name, knownSound(soundOf(name), 400))).not.toEqual([]);
    expect(takenFor(name, knownSound(soundOf(name)))).toEqual([]);
  });
});

const takenFor = (own: string, known: KnownSound): readonly string[] =>
  sounds
    .filter(([name, sound]) => name !== own && beganBeforeEnd(sound, known) !== undefined)
    .map(([name]) => name);

test('silence, and what is too short, are no sound to be known again', () => {
  expect(() => knownSound(new Int16Array(16_000))).toThrow('1000 ms that can be heard');
  expect(() => knownSound(Int16Array.from({ length: 800 }, () => 1_000))).toThrow(RangeError);
});
