/** What a stream speaks: frames of 20 ms at 8000 samples a second. */
import type { G711 } from '../sip/sdp.ts';
import { encode } from './g711.ts';

export const SAMPLE_RATE = 8_000;
export const FRAME_SAMPLES = 160;

export interface AudioSource {
  /** The frame at this place of the stream; undefined when nothing is sent. */
  frame(codec: G711, index: number): Uint8Array | undefined;
}

/** A sine of a whole number of hertz below 4000; `level` is the peak, 0 to 1. */
export function tone(hz: number, level = 0.3): AudioSource {
  const peak = level * 32_767;
  return loop(
    Int16Array.from({ length: SAMPLE_RATE }, (_, i) => peak * Math.sin((2 * Math.PI * hz * i) / SAMPLE_RATE)),
  );
}

export const silence = (): AudioSource => loop(new Int16Array(FRAME_SAMPLES));

/** Speaks these samples over and over; a last part shorter than a frame is left out. */
export function loop(samples: Int16Array): AudioSource {
  const frames = Math.floor(samples.length / FRAME_SAMPLES);
  if (frames === 0)
    throw new Error(`A source needs at least ${FRAME_SAMPLES} samples; it has ${samples.length}.`);
  const encoded = new Map<G711, Uint8Array>();
  return {
    frame: (codec, index) => {
      let bytes = encoded.get(codec);
      if (!bytes) encoded.set(codec, (bytes = encode(codec, samples)));
      const start = (index % frames) * FRAME_SAMPLES;
      return bytes.subarray(start, start + FRAME_SAMPLES);
    },
  };
}
