/** Whether a tone came back, and whether anything was heard: judged by content, from 16-bit samples at 8 kHz. Pure. */
import type { TestVerdict } from '@branchline/contracts/trunks';

export const SAMPLE_RATE = 8_000;
/** Near none that a network sends by itself: dial, busy and special tones, DTMF (ITU-T Q.23) and the reference tone of ITU-T O.6 are all elsewhere. */
export const TEST_HZ = 1_150;

const LOUD = 8_000;

/** The tone that is sent: 16-bit little-endian samples, as the engine plays them. */
export function testTone(ms: number): Buffer {
  const samples = Math.round((ms * SAMPLE_RATE) / 1_000);
  const sound = Buffer.alloc(samples * 2);
  for (let at = 0; at < samples; at += 1)
    sound.writeInt16LE(Math.round(LOUD * Math.sin((2 * Math.PI * TEST_HZ * at) / SAMPLE_RATE)), at * 2);
  return sound;
}

/** 50 ms: short enough that a lost packet spoils little, and 20 Hz apart can be told. */
const BLOCK = 400;
/** Quieter than this is a line's own noise: -50 dBm0 or so. */
const HUSH = 100;
/** The tone's part of a block's energy, for the block to count as the tone. */
const PURE = 0.6;
/** So many blocks, 0.4 s, are no click and no echo of a click. */
const ENOUGH = 8;

/** `returns`: the number gives back what it hears; otherwise that anything is heard is all it can show. */
export function judgeSound(sound: Int16Array, returns: boolean): TestVerdict {
  let [loud, tone] = [0, 0];
  for (let start = 0; start + BLOCK <= sound.length; start += BLOCK) {
    const block = sound.subarray(start, start + BLOCK);
    const energy = energyOf(block);
    if (Math.sqrt(energy / BLOCK) < HUSH) continue;
    loud += 1;
    if ((2 * powerAt(block, TEST_HZ)) / BLOCK / energy >= PURE) tone += 1;
  }
  if (loud < ENOUGH) return 'silent';
  if (!returns) return 'heard';
  return tone >= ENOUGH ? 'both-ways' : 'not-returned';
}

export function samplesOf(file: Buffer): Int16Array {
  return Int16Array.from({ length: Math.floor(file.length / 2) }, (_, at) => file.readInt16LE(at * 2));
}

function energyOf(block: Int16Array): number {
  let energy = 0;
  for (const sample of block) energy += sample * sample;
  return energy;
}

/** Goertzel's algorithm. */
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
