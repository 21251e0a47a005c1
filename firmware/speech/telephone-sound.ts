/** Speech as a telephone carries it: 8000 samples a second, one channel, 16 bits. Pure. */

export const TELEPHONE_RATE = 8_000;

export interface Sound {
  readonly rate: number;
  readonly samples: Int16Array;
}

/** Half the width of the low-pass, in samples of the slower rate: beyond it nothing is heard any more at 16 bits. */
const REACH = 16;

/** The samples of a WAV file (RIFF, PCM, 16 bit, one channel). Its sizes are not believed: a program that writes to a pipe knows none. */
export function readWav(bytes: Buffer): Sound {
  if (bytes.length < 44 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.readUInt16LE(34) !== 16)
    throw new Error('this is no WAV file of 16 bits');
  if (bytes.readUInt16LE(22) !== 1) throw new Error('this WAV file has more than one channel');
  const at = bytes.indexOf('data', 12, 'latin1') + 8;
  const count = Math.floor((bytes.length - at) / 2);
  const samples = Int16Array.from({ length: count }, (_, index) => bytes.readInt16LE(at + index * 2));
  return { rate: bytes.readUInt32LE(24), samples };
}

/** Windowed sinc (Hann): what lies above half the telephone's rate is taken away before samples are. */
export function atTelephoneRate({ rate, samples }: Sound): Int16Array {
  if (rate === TELEPHONE_RATE) return samples;
  const step = rate / TELEPHONE_RATE;
  const reach = Math.ceil(REACH * Math.max(1, step));
  // Samples of the two rates fall into the same places to each other again and again: the weights of each are worked out once.
  const places = TELEPHONE_RATE / greatestDivisor(rate, TELEPHONE_RATE);
  const weights = Array.from({ length: places }, (_, index) => weightsAt((index * step) % 1, step, reach));
  const made = new Int16Array(Math.floor(samples.length / step));
  for (let index = 0; index < made.length; index += 1) {
    const first = Math.floor(index * step) - reach;
    const own = weights[index % places] ?? [];
    let sum = 0;
    for (let at = 0; at < own.length; at += 1) sum += (samples[first + at] ?? 0) * (own[at] ?? 0);
    made[index] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return made;
}

/** Of the samples from `reach` before the whole sample below to `reach` after the one above, for a moment `beyond` that sample. */
function weightsAt(beyond: number, step: number, reach: number): Float64Array {
  const cutoff = Math.min(1, 1 / step) * 0.94;
  return Float64Array.from({ length: 2 * reach + 2 }, (_, at) => {
    const apart = at - reach - beyond;
    return Math.abs(apart) > reach ? 0 : cutoff * weight(apart * cutoff, apart / reach);
  });
}

function weight(x: number, window: number): number {
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  return sinc * 0.5 * (1 + Math.cos(Math.PI * window));
}

const greatestDivisor = (one: number, other: number): number =>
  other === 0 ? one : greatestDivisor(other, one % other);
