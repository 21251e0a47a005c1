/**
 * The loudness of a recording over time, read while its bytes arrive: nothing of the sound is kept, so an hour of it costs
 * no more memory than a minute. WAV as in the RIFF specification, PCM of 16 bits, one or two channels.
 */

export interface WavPeaks {
  /** Takes the next bytes, in pieces of any length. */
  readonly take: (bytes: Uint8Array) => void;
  /** Loudest sample of each stretch, 0 to 1, one list a channel; empty before the header was read. */
  readonly channels: () => readonly Float32Array[];
  /** Seconds of sound that the header promises; 0 before it was read. */
  readonly durationS: () => number;
  /** True when this is no WAV, or one of another form. */
  readonly failed: () => boolean;
}

interface Header {
  readonly channels: number;
  readonly rate: number;
  readonly frames: number;
  /** Where the sound begins, in bytes. */
  readonly data: number;
}

/** A header is a few dozen bytes; what has not shown one by then is no WAV. */
const LONGEST_HEADER = 4_096;
const BYTES_A_SAMPLE = 2;

/** `totalBytes` is the length of the file: it stands in for a header that was never closed (the engine was killed). */
export function wavPeaks(stretches: number, totalBytes: number): WavPeaks {
  let begun: Uint8Array = new Uint8Array(0);
  let header: Header | undefined;
  let failed = false;
  let peaks: Float32Array[] = [];
  let sample = 0;
  let low = -1;

  const hear = (value: number): void => {
    if (!header) return;
    const channel = sample % header.channels;
    const frame = (sample - channel) / header.channels;
    const stretch = Math.min(stretches - 1, Math.floor((frame / header.frames) * stretches));
    const into = peaks[channel];
    const loud = Math.abs(value) / 32_768;
    if (into && loud > (into[stretch] ?? 0)) into[stretch] = loud;
    sample += 1;
  };
  const takeSound = (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      if (low < 0) {
        low = byte;
      } else {
        hear((((byte << 8) | low) << 16) >> 16);
        low = -1;
      }
    }
  };
  const takeHeader = (bytes: Uint8Array): void => {
    begun = join(begun, bytes);
    const read = readHeader(begun, totalBytes);
    if (read === 'more' && begun.length < LONGEST_HEADER) return;
    if (typeof read === 'string') {
      failed = true;
      return;
    }
    header = read;
    peaks = Array.from({ length: header.channels }, () => new Float32Array(stretches));
    takeSound(begun.subarray(header.data));
  };

  return {
    take: (bytes) => {
      if (failed) return;
      if (header) takeSound(bytes);
      else takeHeader(bytes);
    },
    channels: () => peaks,
    durationS: () => (header ? header.frames / header.rate : 0),
    failed: () => failed,
  };
}

function readHeader(bytes: Uint8Array, totalBytes: number): Header | 'more' | 'foreign' {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12) return 'more';
  if (word(0) !== 'RIFF' || word(8) !== 'WAVE') return 'foreign';
  let format: { channels: number; rate: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    if (word(at) === 'data') {
      if (!format) return 'foreign';
      const promised = length > 0 && length !== 0xffff_ffff ? length : totalBytes - at - 8;
      const frames = Math.max(1, Math.floor(promised / (BYTES_A_SAMPLE * format.channels)));
      return { ...format, frames, data: at + 8 };
    }
    if (word(at) === 'fmt ') {
      if (at + 24 > bytes.length) return 'more';
      const pcm16 = view.getUint16(at + 8, true) === 1 && view.getUint16(at + 22, true) === 16;
      format = { channels: view.getUint16(at + 10, true), rate: view.getUint32(at + 12, true) };
      if (!pcm16 || format.channels < 1 || format.channels > 2 || format.rate === 0) return 'foreign';
    }
    at += 8 + length + (length % 2);
  }
  return 'more';
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
