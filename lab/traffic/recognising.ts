/** Where a known sound begins in what was heard: by its content, whatever the codec, the level and the place in the stream. Pure. */

import { FRAME_SAMPLES } from '../rtp/sources.ts';

/** 2000 samples a second carry the voice's pitch and first formants, at a sixteenth of the work. */
const COARSE = 4;
const RATE_PER_MS = 8;
/** How much of a sound must have been heard, ms: one voice says the same word in the same way in many sentences. */
const NEEDED_MS = 1_000;
/** How alike it must be, 0 to 1 (normalised correlation). */
const ALIKE = 0.8;
const WORTH_COMPARING = 0.6;
/** 100 ms, coarse. */
const MARK = (100 * RATE_PER_MS) / COARSE;
/** Below this a stretch is silence, which everything is like. */
const AUDIBLE = 50;

export interface KnownSound {
  /** Its first part that can be heard, coarse, without its mean. */
  readonly template: Float32Array;
  /** The loudest 100 ms of it, and where they begin: a place of the stream that is not like these need not be compared whole. */
  readonly loudest: { readonly from: number; readonly template: Float32Array };
  /** Silence before that part, ms: it belongs to the sound. */
  readonly leadMs: number;
  /** How much of it must have been heard. */
  readonly neededMs: number;
}

/**
 * Sounds that begin with the same words need more of each to be told apart.
 * @throws RangeError when the sound is shorter than what is needed to know it again, or silent
 */
export function knownSound(samples: Int16Array, neededMs = NEEDED_MS): KnownSound {
  const audible = samples.findIndex((sample) => Math.abs(sample) > AUDIBLE);
  // From the beginning of a frame: a stream begins with one, and the two are then taken apart at the same samples.
  const start = audible - (audible % FRAME_SAMPLES);
  const part = samples.subarray(Math.max(0, start), Math.max(0, start) + neededMs * RATE_PER_MS);
  if (audible < 0 || part.length < neededMs * RATE_PER_MS)
    throw new RangeError(`A sound to be known again needs ${neededMs} ms that can be heard.`);
  const track = coarse(part);
  return { template: centred(track), loudest: loudestOf(track), leadMs: start / RATE_PER_MS, neededMs };
}

/** How long before the end of what was heard the sound began, ms; undefined when it is not in there, or not enough of it. */
export function beganBeforeEnd(heard: Int16Array, known: KnownSound): number | undefined {
  const { template, loudest, leadMs } = known;
  const track = coarse(heard);
  let best = { at: -1, alike: ALIKE };
  for (let at = 0; at + template.length <= track.length; at++) {
    const mark = at + loudest.from;
    if (alikeness(track.subarray(mark, mark + MARK), loudest.template) < WORTH_COMPARING) continue;
    const alike = alikeness(track.subarray(at, at + template.length), template);
    if (alike > best.alike) best = { at, alike };
  }
  if (best.at < 0) return undefined;
  return ((track.length - best.at) * COARSE) / RATE_PER_MS + leadMs;
}

function coarse(samples: Int16Array): Float32Array {
  return Float32Array.from({ length: Math.floor(samples.length / COARSE) }, (_, index) => {
    let sum = 0;
    for (let i = 0; i < COARSE; i++) sum += samples[index * COARSE + i] ?? 0;
    return sum / COARSE;
  });
}

function loudestOf(track: Float32Array): KnownSound['loudest'] {
  let best = { from: 0, energy: -1 };
  for (let from = 0; from + MARK <= track.length; from += MARK) {
    const energy = track.subarray(from, from + MARK).reduce((sum, each) => sum + each * each, 0);
    if (energy > best.energy) best = { from, energy };
  }
  return { from: best.from, template: centred(track.subarray(best.from, best.from + MARK)) };
}

function centred(track: Float32Array): Float32Array {
  const mean = track.reduce((sum, each) => sum + each, 0) / track.length;
  const around = track.map((each) => each - mean);
  const size = Math.sqrt(around.reduce((sum, each) => sum + each * each, 0));
  return around.map((each) => each / size);
}

/** The template has no mean and a size of one, so that the stretch's own mean drops out of the product. */
function alikeness(stretch: Float32Array, template: Float32Array): number {
  let product = 0;
  let sum = 0;
  let energy = 0;
  for (let i = 0; i < template.length; i++) {
    const sample = stretch[i] ?? 0;
    product += sample * (template[i] ?? 0);
    sum += sample;
    energy += sample * sample;
  }
  const spread = energy - (sum * sum) / template.length;
  if (spread / template.length < AUDIBLE * AUDIBLE) return 0;
  return product / Math.sqrt(spread);
}
