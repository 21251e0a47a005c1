/**
 * A question to a time server and its answer, 48 bytes each: NTP version 4 as a simple client speaks it (RFC 4330 §5, RFC 5905 §7.3).
 * The question bears random bits where a client's own time would stand: the server gives them back, which proves that the answer is to this question,
 * and tells nobody what the box believes the time to be. Pure.
 */

const BYTES = 48;
/** No warning, version 4, client. */
const CLIENT = 0x23;
const SERVER_MODE = 4;
const NOT_SYNCHRONISED = 3;
const MOST_STRATUM = 15;
/** Seconds from 1900, where NTP begins, to 1970. */
const TO_1970_S = 2_208_988_800;
const ERA_S = 2 ** 32;

export interface Told {
  /** The server's clock as the question came and as the answer left, ms since 1970. */
  readonly receivedAt: number;
  readonly sentAt: number;
}

export type AnswerRead =
  | ({ readonly ok: true } & Told)
  /** `kiss`: what the server says instead of the time, such as RATE (RFC 4330 §8). */
  | {
      readonly ok: false;
      readonly why: 'malformed' | 'not-ours' | 'not-synchronised';
      readonly kiss?: string;
    };

/** @param nonce 8 random bytes. */
export function question(nonce: Uint8Array): Buffer {
  const bytes = Buffer.alloc(BYTES);
  bytes[0] = CLIENT;
  bytes.set(nonce.subarray(0, 8), 40);
  return bytes;
}

export function readAnswer(bytes: Buffer, nonce: Uint8Array): AnswerRead {
  if (bytes.length < BYTES) return { ok: false, why: 'malformed' };
  const [first = 0, stratum = 0] = bytes;
  const version = (first >> 3) & 7;
  if ((first & 7) !== SERVER_MODE || version < 3 || version > 4) return { ok: false, why: 'malformed' };
  if (!bytes.subarray(24, 32).equals(nonce.subarray(0, 8))) return { ok: false, why: 'not-ours' };
  if (stratum === 0) {
    const kiss = bytes.toString('latin1', 12, 16).replace(/[^A-Z]/g, '');
    return { ok: false, why: 'not-synchronised', kiss };
  }
  const isUnset = bytes.readUInt32BE(40) === 0;
  if (first >> 6 === NOT_SYNCHRONISED || stratum > MOST_STRATUM || isUnset)
    return { ok: false, why: 'not-synchronised' };
  return { ok: true, receivedAt: stampMs(bytes, 32), sentAt: stampMs(bytes, 40) };
}

/** With its highest bit set a time lies in 1968 to 2036, without it in 2036 to 2104 (RFC 4330 §3). */
function stampMs(bytes: Buffer, at: number): number {
  const seconds = bytes.readUInt32BE(at);
  const era = seconds >= 2 ** 31 ? 0 : ERA_S;
  return (seconds + era - TO_1970_S) * 1_000 + (bytes.readUInt32BE(at + 4) / ERA_S) * 1_000;
}

export interface Exchange extends Told {
  /** The box's clock as the question left, ms since 1970; and how long the answer took, by a clock that does not jump. */
  readonly askedAt: number;
  readonly tookMs: number;
}

/** By which the box's clock is ahead, and how much of the time the network had (RFC 4330 §5). */
export function offsetOf({ receivedAt, sentAt, askedAt, tookMs }: Exchange): {
  aheadMs: number;
  delayMs: number;
} {
  const heardAt = askedAt + tookMs;
  return {
    aheadMs: (askedAt - receivedAt + (heardAt - sentAt)) / 2,
    delayMs: Math.max(0, tookMs - (sentAt - receivedAt)),
  };
}
