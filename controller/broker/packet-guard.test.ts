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

const CONNECT = Buffer.from([0x10, 0x00]);

describe('the guard of packet lengths', () => {
  it('accepts any packets up to the bound however they are cut, and refuses the first above it', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (bodies, cuts) => {
        const guard = new PacketGuard(300);
        const bytes = Buffer.concat([CONNECT, ...bodies.map(packet)]);
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

  it('lets through exactly the types and flags that a client may send, CONNECT first and once', () => {
    const body: Readonly<Record<number, number>> = { 4: 2, 5: 2, 6: 2, 7: 2, 8: 6, 10: 5 };
    const accepted: number[] = [];
    for (let first = 0; first < 256; first++) {
      const bytes = body[first >> 4] ?? 0;
      const guard = new PacketGuard(300);
      guard.accepts(CONNECT);
      const header = Buffer.from([first, bytes]);
      if (guard.accepts(Buffer.concat([header, Buffer.alloc(bytes)]))) accepted.push(first);
      else expect(guard.fault).toMatch(/./);
      expect([first, new PacketGuard(300).accepts(header)]).toEqual([first, first === 0x10]);
    }
    const publish = [0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3a, 0x3b, 0x3c, 0x3d];
    expect(accepted).toEqual([...publish, 0x40, 0x50, 0x62, 0x70, 0x82, 0xa2, 0xc0, 0xe0]);
  });

  it('knows how long a packet is whose length cannot vary, and how short one cannot be', () => {
    for (const first of [0x40, 0x50, 0x62, 0x70, 0x82, 0xa2, 0xc0, 0xe0]) {
      const guard = new PacketGuard(300);
      guard.accepts(CONNECT);
      expect([first, guard.accepts(Buffer.from([first, 3]))]).toEqual([first, false]);
    }
  });
});
