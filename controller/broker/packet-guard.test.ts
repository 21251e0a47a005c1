import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketGuard } from './packet-guard.ts';

/** An MQTT packet with a body of so many bytes (MQTT 3.1.1, 2.2.3). */
function packet(bodyBytes: number): Buffer {
  const length: number[] = [];
  let left = bodyBytes;
  do {
    length.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(bodyBytes, 0xff)]);
}

describe('the guard of packet lengths', () => {
  it('accepts any packets up to the bound however they are cut, and refuses the first above it', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (bodies, cuts) => {
        const guard = new PacketGuard(300);
        const bytes = Buffer.concat(bodies.map(packet));
        let accepted = true;
        for (let at = 0, n = 0; at < bytes.length && accepted; n++) {
          const size = cuts[n % cuts.length] ?? 1;
          accepted = guard.accepts(bytes.subarray(at, at + size));
          at += size;
        }
        expect(accepted).toBe(bodies.every((size) => size <= 300));
      }),
    );
  });

  it('refuses a length that has no end', () => {
    expect(new PacketGuard(1_000_000_000).accepts(Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x01]))).toBe(
      false,
    );
  });
});
