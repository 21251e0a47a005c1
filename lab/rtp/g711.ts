/** G.711: 16-bit linear samples to A-law and mu-law bytes and back (ITU-T G.711). */
import type { G711 } from '../sip/sdp.ts';

const DECODE: Readonly<Record<G711, Int16Array>> = {
  alaw: Int16Array.from({ length: 256 }, (_, byte) => decodeAlaw(byte)),
  ulaw: Int16Array.from({ length: 256 }, (_, byte) => decodeUlaw(byte)),
};
const ENCODE: Readonly<Record<G711, (sample: number) => number>> = { alaw: encodeAlaw, ulaw: encodeUlaw };

export const SILENCE: Readonly<Record<G711, number>> = { alaw: 0xd5, ulaw: 0xff };

export function encode(codec: G711, samples: ArrayLike<number>): Uint8Array {
  const one = ENCODE[codec];
  return Uint8Array.from(samples, (sample) => one(Math.max(-32_768, Math.min(32_767, Math.round(sample)))));
}

export function decode(codec: G711, bytes: Uint8Array): Int16Array {
  const table = DECODE[codec];
  return Int16Array.from(bytes, (byte) => table[byte] ?? 0);
}

/** The linear value of each of the 256 bytes. */
export const decodingTable = (codec: G711): Int16Array => DECODE[codec];

function decodeUlaw(byte: number): number {
  const value = ~byte & 0xff;
  const magnitude = (((value & 0x0f) << 3) + 0x84) << ((value & 0x70) >> 4);
  return (value & 0x80) !== 0 ? 0x84 - magnitude : magnitude - 0x84;
}

function encodeUlaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), 32_635) + 0x84;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

function decodeAlaw(byte: number): number {
  const value = byte ^ 0x55;
  const exponent = (value & 0x70) >> 4;
  const mantissa = (value & 0x0f) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
  return (value & 0x80) !== 0 ? magnitude : -magnitude;
}

function encodeAlaw(sample: number): number {
  const positive = sample >= 0;
  const magnitude = Math.min(positive ? sample : -sample - 1, 32_767) >> 3;
  const exponent = magnitude < 32 ? 0 : 31 - Math.clz32(magnitude) - 4;
  const mantissa = exponent === 0 ? magnitude >> 1 : magnitude >> exponent;
  return ((positive ? 0x80 : 0) | (exponent << 4) | (mantissa & 0x0f)) ^ 0x55;
}
