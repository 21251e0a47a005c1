/** What a recording holds, by its content: two channels of 8 kHz PCM, and how much of the sound is a tone. */
import { toneShare } from '@branchline/lab/rtp/goertzel';

export interface Stereo {
  readonly left: Int16Array;
  readonly right: Int16Array;
}

/** The samples of a WAV file as the box makes them (RIFF, PCM, two channels, 8000 a second). */
export function readStereo(wav: Buffer): Stereo {
  if (
    wav.toString('latin1', 0, 4) !== 'RIFF' ||
    wav.readUInt16LE(22) !== 2 ||
    wav.readUInt32LE(24) !== 8_000
  ) {
    throw new Error(`not a WAV file of two channels at 8 kHz: ${wav.toString('latin1', 0, 12)}`);
  }
  if (wav.readUInt32LE(40) !== wav.length - 44)
    throw new Error(`the header says ${wav.readUInt32LE(40)} bytes of sound, there are ${wav.length - 44}`);
  const frames = Math.floor((wav.length - 44) / 4);
  const side = (offset: number): Int16Array =>
    Int16Array.from({ length: frames }, (_, index) => wav.readInt16LE(44 + index * 4 + offset));
  return { left: side(0), right: side(2) };
}

/** The share of a side's energy that is this tone, 0 to 1. */
export function heardIn(samples: Int16Array, hz: number): number {
  return toneShare(samples, hz);
}
