/** DTMF as telephone events (RFC 4733 section 2). */
import { FRAME_SAMPLES } from './sources.ts';

const DIGITS = '0123456789*#ABCD';
/** 160 ms sounding, the last packet three times (section 2.5.1.4), then 60 ms of audio before the next digit. */
const SOUNDING_FRAMES = 8;
const END_COPIES = 3;
const PAUSE_FRAMES = 3;

export interface EventPacket {
  readonly digit: string;
  readonly end: boolean;
  /** In timestamp units of 1/8000 s. */
  readonly duration: number;
}

export function parseEvent(payload: Uint8Array): EventPacket | undefined {
  const [code = 255, flags = 0, high = 0, low = 0] = payload;
  const digit = DIGITS[code];
  if (payload.length < 4 || digit === undefined) return undefined;
  return { digit, end: (flags & 0x80) !== 0, duration: high * 256 + low };
}

export function formatEvent({ digit, end, duration }: EventPacket): Uint8Array {
  return Uint8Array.of(DIGITS.indexOf(digit), (end ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);
}

/** What the sender does with its next frames for one digit. */
export type DigitFrame =
  | {
      readonly kind: 'event';
      readonly packet: EventPacket;
      readonly first: boolean;
      readonly ageFrames: number;
    }
  | { readonly kind: 'audio' };

/** Throws on anything but 0-9, *, #, A-D. */
export function digitFrames(digits: string): readonly DigitFrame[] {
  return Array.from(digits.toUpperCase()).flatMap((digit) => {
    if (!DIGITS.includes(digit))
      throw new Error(`'${digit}' is no digit of a telephone. Use 0-9, *, # or A-D.`);
    const sounding = Array.from({ length: SOUNDING_FRAMES }, (_, i) => {
      const packet = { digit, end: false, duration: (i + 1) * FRAME_SAMPLES };
      return { kind: 'event', packet, first: i === 0, ageFrames: i } as const;
    });
    const last = { digit, end: true, duration: SOUNDING_FRAMES * FRAME_SAMPLES };
    const ending = Array.from({ length: END_COPIES }, (_, i) => {
      return { kind: 'event', packet: last, first: false, ageFrames: SOUNDING_FRAMES + i } as const;
    });
    return [
      ...sounding,
      ...ending,
      ...Array.from({ length: PAUSE_FRAMES }, () => ({ kind: 'audio' }) as const),
    ];
  });
}
