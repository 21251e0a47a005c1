import { describe, expect, test } from 'vitest';
import { decodingTable, encode, SILENCE } from './g711.ts';
import { loudness, toneShare } from './goertzel.ts';
import { FRAME_SAMPLES, loop, tone, type AudioSource } from './sources.ts';

const sine = (hz: number, peak: number, samples: number): Int16Array =>
  Int16Array.from({ length: samples }, (_, i) => peak * Math.sin((2 * Math.PI * hz * i) / 8_000));

const mixed = (a: Int16Array, b: Int16Array): Int16Array => a.map((sample, i) => sample + (b[i] ?? 0));

describe.each(['alaw', 'ulaw'] as const)('%s', (codec) => {
  const table = decodingTable(codec);

  test('every byte comes back as itself, but for the second zero of mu-law', () => {
    for (let byte = 0; byte < 256; byte++) {
      const [again] = encode(codec, [table[byte] ?? 0]);
      expect(again).toBe(codec === 'ulaw' && byte === 0x7f ? 0xff : byte);
    }
  });

  test('a sample keeps its size within a fortieth', () => {
    for (const sample of [100, -100, 1_000, -1_000, 12_345, -12_345, 30_000, -32_768]) {
      const [byte = 0] = encode(codec, [sample]);
      expect(Math.abs((table[byte] ?? 0) - sample)).toBeLessThanOrEqual(Math.abs(sample) / 40 + 8);
    }
  });

  test('silence is silent', () => {
    expect(Math.abs(table[SILENCE[codec]] ?? 99)).toBeLessThanOrEqual(8);
    expect(encode(codec, [0])[0]).toBe(SILENCE[codec]);
  });
});

/** ITU-T G.711, tables 1a and 2a. */
test.each([
  ['alaw', 32_256, 0xaa],
  ['alaw', -32_256, 0x2a],
  ['ulaw', 32_124, 0x80],
  ['ulaw', -32_124, 0x00],
] as const)('%s writes %i as %i', (codec, sample, byte) => {
  expect(encode(codec, [sample])[0]).toBe(byte);
  expect(decodingTable(codec)[byte]).toBe(sample);
});

describe('the share of a tone', () => {
  test('is all of a pure tone and nothing of another', () => {
    expect(toneShare(sine(440, 10_000, 4_000), 440)).toBeGreaterThan(0.98);
    expect(toneShare(sine(440, 10_000, 4_000), 600)).toBeLessThan(0.02);
  });

  test('is half when two tones are equally loud', () => {
    const both = mixed(sine(440, 8_000, 4_000), sine(1_000, 8_000, 4_000));
    expect(toneShare(both, 440)).toBeCloseTo(0.5, 1);
    expect(toneShare(both, 1_000)).toBeCloseTo(0.5, 1);
  });

  test('survives a lost packet', () => {
    const broken = sine(440, 10_000, 4_000);
    broken.fill(0, 800, 960);
    expect(toneShare(broken, 440)).toBeGreaterThan(0.9);
  });

  test('is nothing of silence, or of less than 50 ms', () => {
    expect(toneShare(new Int16Array(4_000), 440)).toBe(0);
    expect(toneShare(sine(440, 10_000, 399), 440)).toBe(0);
  });

  test('loudness is the root mean square', () => {
    expect(loudness(sine(440, 10_000, 8_000))).toBeCloseTo(10_000 / Math.SQRT2, -2);
    expect(loudness(new Int16Array(0))).toBe(0);
  });
});

describe('a source', () => {
  const spoken = (source: AudioSource, frames: number): Int16Array =>
    Int16Array.from(
      Array.from({ length: frames }, (_, i) => [...(source.frame('alaw', i) ?? [])]).flat(),
      (byte) => decodingTable('alaw')[byte] ?? 0,
    );

  test('speaks its tone without a seam where it begins anew', () => {
    expect(toneShare(spoken(tone(441), 120), 441)).toBeGreaterThan(0.98);
  });

  test('shorter than a frame is refused', () => {
    expect(() => loop(new Int16Array(FRAME_SAMPLES - 1))).toThrow('at least 160');
  });
});
