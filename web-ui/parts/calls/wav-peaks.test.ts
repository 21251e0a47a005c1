import { expect, test } from 'vitest';
import { wavPeaks } from './wav-peaks.ts';

/** A WAV of 16 bits from its samples, channels interleaved; `promised` overrides the length in the header. */
function wav(samples: readonly number[], channels: number, promised?: number): Uint8Array {
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void => bytes.set(new TextEncoder().encode(word), at);
  text(0, 'RIFF');
  text(8, 'WAVE');
  text(12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, 8_000, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, promised ?? samples.length * 2, true);
  samples.forEach((sample, index) => view.setInt16(44 + index * 2, sample, true));
  return bytes;
}

function read(bytes: Uint8Array, stretches: number, piece: number) {
  const peaks = wavPeaks(stretches, bytes.length);
  for (let at = 0; at < bytes.length; at += piece) peaks.take(bytes.subarray(at, at + piece));
  return peaks;
}

const stereo = wav([100, -32_768, 200, 0, 16_384, 0, -300, 0], 2);

test.each([1, 2, 3, 5, 7, 64, 1_000])('two channels apart, whatever the pieces (%i bytes)', (piece) => {
  const peaks = read(stereo, 2, piece);
  expect(peaks.channels().map((channel) => [...channel].map((peak) => Math.round(peak * 32_768)))).toEqual([
    [200, 16_384],
    [32_768, 0],
  ]);
  expect(peaks.durationS()).toBe(4 / 8_000);
  expect(peaks.failed()).toBe(false);
});

test('a header that was never closed is read by the length of the file', () => {
  expect(read(wav([1, 2, 3, 4], 1, 0), 4, 10).durationS()).toBe(4 / 8_000);
});

test('what is no WAV fails, and stays so', () => {
  expect(read(new TextEncoder().encode('{"code":"not-found"} and more'), 2, 4).failed()).toBe(true);
  const alaw = stereo.slice();
  alaw[20] = 6;
  expect(read(alaw, 2, 9).failed()).toBe(true);
});
