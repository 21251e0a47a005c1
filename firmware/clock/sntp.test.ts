import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetOf, question, readAnswer } from './sntp.ts';

const NONCE = Buffer.from('0123456789abcdef', 'hex');

/** As a server writes it: seconds since 1900, and parts of one. */
function answer(
  change: { first?: number; stratum?: number; at?: number; origin?: Buffer; kiss?: string } = {},
) {
  const { first = 0x24, stratum = 2, at = Date.UTC(2026, 10, 22), origin = NONCE, kiss } = change;
  const bytes = Buffer.alloc(48);
  bytes[0] = first;
  bytes[1] = stratum;
  if (kiss !== undefined) bytes.write(kiss, 12, 'latin1');
  origin.copy(bytes, 24);
  const seconds = Math.floor(at / 1_000) + 2_208_988_800;
  for (const place of [32, 40]) {
    bytes.writeUInt32BE(seconds % 2 ** 32, place);
    bytes.writeUInt32BE(Math.floor(((at % 1_000) / 1_000) * 2 ** 32), place + 4);
  }
  return bytes;
}

describe('a question', () => {
  it('is 48 bytes of a version 4 client, and tells no time of its own (RFC 4330 §5)', () => {
    const bytes = question(NONCE);
    expect(bytes).toHaveLength(48);
    expect(bytes[0]).toBe(0b00_100_011);
    expect(bytes.subarray(1, 40).every((byte) => byte === 0)).toBe(true);
    expect(bytes.subarray(40)).toEqual(NONCE);
  });
});

describe('an answer', () => {
  it('has the time', () => {
    const at = Date.UTC(2026, 10, 22, 1, 2, 3) + 250;
    const read = readAnswer(answer({ at }), NONCE);
    expect(read).toMatchObject({ ok: true });
    if (read.ok) expect(read.sentAt).toBeCloseTo(at, 3);
  });

  it('goes on after 2036, when the seconds begin again (RFC 4330 §3)', () => {
    const at = Date.UTC(2040, 0, 1);
    expect(readAnswer(answer({ at }), NONCE)).toMatchObject({ ok: true, sentAt: at });
  });

  it.each([
    ['too short', answer().subarray(0, 47), 'malformed'],
    ['a question', answer({ first: 0x23 }), 'malformed'],
    ['of version 1', answer({ first: 0x0c }), 'malformed'],
    ['to another question', answer({ origin: Buffer.alloc(8) }), 'not-ours'],
    ['of a server that has no time itself', answer({ first: 0xe4 }), 'not-synchronised'],
    ['of stratum 16', answer({ stratum: 16 }), 'not-synchronised'],
  ])('that is %s is none', (_, bytes, why) => {
    expect(readAnswer(bytes, NONCE)).toMatchObject({ ok: false, why });
  });

  it('may ask to be left alone (RFC 4330 §8)', () => {
    expect(readAnswer(answer({ stratum: 0, kiss: 'RATE' }), NONCE)).toEqual({
      ok: false,
      why: 'not-synchronised',
      kiss: 'RATE',
    });
  });

  it('of any bytes is read without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void readAnswer(Buffer.from(bytes), NONCE)),
    );
  });
});

describe('the offset', () => {
  it('is found whatever the network takes, as long as it takes the same both ways', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.integer({ min: 0, max: 3_000 }),
        fc.integer({ min: 0, max: 500 }),
        (aheadMs, oneWay, held) => {
          const truth = Date.UTC(2026, 10, 22);
          const exchange = {
            askedAt: truth + aheadMs,
            receivedAt: truth + oneWay,
            sentAt: truth + oneWay + held,
            tookMs: 2 * oneWay + held,
          };
          expect(offsetOf(exchange)).toEqual({ aheadMs, delayMs: 2 * oneWay });
        },
      ),
      { examples: [[0, 0, 0]] },
    );
  });

  it('is never wrong by more than half of the delay', () => {
    const truth = Date.UTC(2026, 10, 22);
    const lopsided = { askedAt: truth, receivedAt: truth + 400, sentAt: truth + 400, tookMs: 400 };
    expect(offsetOf(lopsided)).toEqual({ aheadMs: -200, delayMs: 400 });
  });
});
