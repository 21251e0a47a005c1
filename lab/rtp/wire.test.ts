import { afterEach, describe, expect, test } from 'vitest';
import { digitFrames, formatEvent, parseEvent } from './events.ts';
import { createPacer } from './pacer.ts';
import { formatRtp, parseRtp } from './packet.ts';
import { RtpSession } from './session.ts';
import { tone } from './sources.ts';

describe('an RTP packet', () => {
  const packet = {
    payloadType: 8,
    marker: true,
    sequence: 65_535,
    timestamp: 4_294_967_295,
    ssrc: 0x9abcdef0,
    payload: new Uint8Array([1, 2, 3]),
  };

  test('says the same after it was written out', () => {
    const again = parseRtp(formatRtp(packet));
    expect({ ...again, payload: Uint8Array.from(again?.payload ?? []) }).toEqual(packet);
  });

  test('may carry sources, an extension and padding', () => {
    const head = Buffer.from([0xb1, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2]);
    const source = Buffer.alloc(4);
    const extension = Buffer.from([0xbe, 0xde, 0, 1, 9, 9, 9, 9]);
    const parsed = parseRtp(Buffer.concat([head, source, extension, Buffer.from([5, 6, 0, 2])]));
    expect([...(parsed?.payload ?? [])]).toEqual([5, 6]);
  });

  test.each([
    ['too short', Buffer.alloc(11, 0x80)],
    ['another version', Buffer.alloc(20, 0x40)],
    ['RTCP', Buffer.from([0x80, 200, ...new Array<number>(26).fill(0)])],
    ['more padding than packet', Buffer.from([0xa0, 8, ...new Array<number>(10).fill(0), 99])],
  ])('is none when it is %s', (_, data) => {
    expect(parseRtp(data)).toBeUndefined();
  });
});

describe('a digit', () => {
  test('sounds 160 ms, ends three times, and is followed by 60 ms of audio', () => {
    const frames = digitFrames('5');
    const packets = frames.flatMap((frame) => (frame.kind === 'event' ? [frame.packet] : []));
    expect(packets.map(({ duration }) => duration)).toEqual([
      160, 320, 480, 640, 800, 960, 1_120, 1_280, 1_280, 1_280, 1_280,
    ]);
    expect(packets.filter(({ end }) => end)).toHaveLength(3);
    expect(frames).toHaveLength(14);
  });

  test.each(Array.from('0123456789*#ABCD'))('%s survives its way over the wire', (digit) => {
    const event = { digit, end: true, duration: 1_280 };
    expect(parseEvent(formatEvent(event))).toEqual(event);
  });

  test('that no telephone has is refused', () => {
    expect(() => digitFrames('1x')).toThrow("'X' is no digit");
    expect(parseEvent(new Uint8Array([16, 0, 0, 0]))).toBeUndefined();
  });
});

describe('the pacer', () => {
  test('calls every stream equally often, from one timer', async () => {
    const pacer = createPacer();
    const counts = [0, 0, 0, 0, 0, 0];
    await new Promise<void>((resolve) => {
      const stops = counts.map((_, i) =>
        pacer.add(() => {
          counts[i] = (counts[i] ?? 0) + 1;
          if (i !== 5 || counts[5] !== 20) return;
          for (const stop of stops) stop();
          resolve();
        }),
      );
    });
    for (const count of counts) expect(Math.abs(count - 20)).toBeLessThanOrEqual(1);
  });

  test('makes good a short delay and leaves out a long pause', async () => {
    let now = 0;
    const pacer = createPacer(() => now);
    let ticks = 0;
    const next = (ms: number): Promise<void> => {
      now += ms;
      const before = pacer.stats();
      return new Promise((resolve) => {
        const stop = setInterval(() => {
          if (JSON.stringify(pacer.stats()) === JSON.stringify(before)) return;
          clearInterval(stop);
          resolve();
        }, 1);
      });
    };
    const stop = pacer.add(() => ticks++);
    await next(105);
    expect(ticks).toBe(6);
    await next(10_000);
    expect(ticks).toBeLessThan(8);
    expect(pacer.stats().skippedSlots).toBeGreaterThan(1_900);
    stop();
  });
});

describe('a stream', () => {
  const pacer = createPacer();
  const open: RtpSession[] = [];
  const session = async (hz: number): Promise<RtpSession> => {
    const opened = await RtpSession.open({ host: '127.0.0.1', pacer, source: tone(hz) });
    open.push(opened);
    return opened;
  };
  const join = (from: RtpSession, to: RtpSession): void =>
    from.agree({ remote: to.local, codec: 'alaw', payload: 8, eventPayload: 101, send: true, receive: true });

  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });

  test('carries a tone each way and digits in between, without a loss', async () => {
    const [a, b] = [await session(400), await session(900)];
    join(a, b);
    join(b, a);
    await Promise.all([a.untilHears(900, { withinMs: 3_000 }), b.untilHears(400, { withinMs: 3_000 })]);
    const digits: string[] = [];
    b.on('digit', (digit) => digits.push(digit));
    await a.sendDigits('55#');
    await b.untilHears(400, { withinMs: 3_000, lastMs: 200 });
    expect(digits).toEqual(['5', '5', '#']);
    expect(b.stats()).toMatchObject({ lost: 0, duplicates: 0, timestampJumps: 0, strays: 0 });
  });

  test('does not listen to strangers', async () => {
    const [a, b, stranger] = [await session(400), await session(900), await session(1_500)];
    join(a, b);
    join(b, a);
    join(stranger, a);
    await a.untilHears(900, { withinMs: 3_000 });
    expect(a.stats().strays).toBeGreaterThan(0);
  });

  test('that is closed ends every wait, and keeps its count', async () => {
    const [a, b] = [await session(400), await session(900)];
    join(a, b);
    join(b, a);
    await a.waitFor('media', { withinMs: 3_000 });
    const digits = a.sendDigits('123');
    const wait = a.untilHears(50, { withinMs: 60_000 });
    a.close();
    await expect(digits).rejects.toThrow('closed');
    await expect(wait).rejects.toThrow('closed');
    expect(a.stats().received).toBeGreaterThan(0);
  });

  test('without telephone-event refuses digits', async () => {
    const a = await session(400);
    await expect(a.sendDigits('1')).rejects.toThrow('telephone-event');
  });
});
