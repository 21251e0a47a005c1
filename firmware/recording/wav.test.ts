import { expect, test } from 'vitest';
import { bytesPerSecond, RECORDED, wavHeader } from './wav.ts';

test('the header of a recording says what its sound is, field by field', () => {
  const header = wavHeader(RECORDED, 64_000);
  const text = (from: number, to: number): string => header.toString('latin1', from, to);
  expect(header).toHaveLength(44);
  expect([text(0, 4), text(8, 16), text(36, 40)]).toEqual(['RIFF', 'WAVEfmt ', 'data']);
  expect({
    riffBytes: header.readUInt32LE(4),
    formatBytes: header.readUInt32LE(16),
    coding: header.readUInt16LE(20),
    channels: header.readUInt16LE(22),
    rate: header.readUInt32LE(24),
    bytesPerSecond: header.readUInt32LE(28),
    frame: header.readUInt16LE(32),
    bits: header.readUInt16LE(34),
    dataBytes: header.readUInt32LE(40),
  }).toEqual({
    riffBytes: 64_036,
    formatBytes: 16,
    coding: 1,
    channels: 2,
    rate: 8_000,
    bytesPerSecond: 32_000,
    frame: 4,
    bits: 16,
    dataBytes: 64_000,
  });
});

test.each([
  [{ channels: 1, rate: 8_000, bits: 8 }, 8_000, 1],
  [{ channels: 2, rate: 16_000, bits: 16 }, 64_000, 4],
] as const)('%j takes %i bytes a second', (format, perSecond, frame) => {
  expect(bytesPerSecond(format)).toBe(perSecond);
  expect(wavHeader(format, 0).readUInt32LE(28)).toBe(perSecond);
  expect(wavHeader(format, 0).readUInt16LE(32)).toBe(frame);
});
