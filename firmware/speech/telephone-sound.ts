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
  const cutoff = Math.min(1, 1 / step) * 0.94;
  const reach = Math.ceil(REACH * Math.max(1, step));
  const made = new Int16Array(Math.floor(samples.length / step));
  for (let index = 0; index < made.length; index += 1) {
    const middle = index * step;
    const from = Math.max(0, Math.ceil(middle - reach));
    const to = Math.min(samples.length - 1, Math.floor(middle + reach));
    let sum = 0;
    for (let at = from; at <= to; at += 1)
      sum += (samples[at] ?? 0) * weight((at - middle) * cutoff, (at - middle) / reach);
    made[index] = Math.max(-32_768, Math.min(32_767, Math.round(sum * cutoff)));
  }
  return made;
}

function weight(x: number, window: number): number {
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  return sinc * 0.5 * (1 + Math.cos(Math.PI * window));
}
