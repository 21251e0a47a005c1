/** How much of a signal is one tone. */
import { SAMPLE_RATE } from './sources.ts';

/** 50 ms: short enough that a lost packet spoils little, and 20 Hz apart can be told. */
const BLOCK = 400;

/**
 * The part of the signal's energy that lies at `hz`, 0 to 1, over blocks of 50 ms (Goertzel's algorithm).
 * 0 for less than one block, or for silence.
 */
export function toneShare(samples: Int16Array, hz: number): number {
  let found = 0;
  let total = 0;
  for (let start = 0; start + BLOCK <= samples.length; start += BLOCK) {
    const block = samples.subarray(start, start + BLOCK);
    let energy = 0;
    for (const sample of block) energy += sample * sample;
    found += (2 * powerAt(block, hz)) / BLOCK;
    total += energy;
  }
  return total === 0 ? 0 : found / total;
}

/** Root mean square of the samples, 0 to 32767. */
export function loudness(samples: Int16Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(energy / samples.length);
}

function powerAt(block: Int16Array, hz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE);
  let last = 0;
  let before = 0;
  for (const sample of block) {
    const next = sample + factor * last - before;
    before = last;
    last = next;
  }
  return last * last + before * before - factor * last * before;
}
