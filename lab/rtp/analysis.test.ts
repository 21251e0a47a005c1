import { describe, expect, test } from 'vitest';
import { RtpAnalysis, type Arrival } from './analysis.ts';

/** Packets of one stream by their place, 20 ms apart unless told. */
const at = (place: number, more: Partial<Arrival> = {}): Arrival => ({
  sequence: (65_530 + place) & 0xffff,
  timestamp: (4_294_966_000 + place * 160) >>> 0,
  ssrc: 7,
  atMs: 1_000 + place * 20,
  event: false,
  ...more,
});

const heard = (...arrivals: readonly Arrival[]): RtpAnalysis => {
  const analysis = new RtpAnalysis();
  for (const arrival of arrivals) analysis.packet(arrival);
  return analysis;
};
const places = (count: number): Arrival[] => Array.from({ length: count }, (_, i) => at(i));

describe('the analysis of a stream', () => {
  test('of one that is whole, over the wrap of sequence and timestamp', () => {
    expect(heard(...places(50)).stats(1_980)).toMatchObject({
      received: 50,
      lost: 0,
      duplicates: 0,
      reordered: 0,
      restarts: 0,
      timestampJumps: 0,
      jitterMs: 0,
      maxGapMs: 20,
      gaps: [],
      silentForMs: 0,
    });
  });

  test('counts what never came, and tells the gap', () => {
    const analysis = heard(at(0), at(1), at(6), at(7));
    expect(analysis.stats(1_140)).toMatchObject({
      received: 4,
      lost: 4,
      maxGapMs: 100,
      gaps: [{ atMs: 1_020, ms: 100 }],
    });
  });

  test('tells a late packet from a lost one, and a second copy from both', () => {
    const analysis = heard(at(0), at(2), at(1, { atMs: 1_041 }), at(3), at(3, { atMs: 1_061 }));
    expect(analysis.stats(1_061)).toMatchObject({ received: 4, lost: 0, reordered: 1, duplicates: 1 });
  });

  test('begins anew with another source, and keeps the losses', () => {
    const analysis = heard(at(0), at(2), at(3, { ssrc: 8 }), at(4, { ssrc: 8 }));
    expect(analysis.stats(1_080)).toMatchObject({ received: 4, lost: 1, restarts: 1, timestampJumps: 0 });
  });

  test('notices a timestamp that does not fit', () => {
    const analysis = heard(at(0), at(1), at(2, { timestamp: 5 }), at(3, { timestamp: 165 }));
    expect(analysis.stats(1_060)).toMatchObject({ timestampJumps: 1 });
  });

  test('does not judge the pace of telephone events', () => {
    const analysis = heard(
      at(0),
      at(1, { event: true }),
      at(2, { event: true, timestamp: at(1).timestamp }),
      at(3),
    );
    expect(analysis.stats(1_060)).toMatchObject({ timestampJumps: 0, lost: 0 });
  });

  test('says how long it has been silent, and counts that as a gap', () => {
    expect(heard(at(0)).stats(1_500)).toMatchObject({ silentForMs: 500, maxGapMs: 500 });
    expect(new RtpAnalysis().stats(1_500)).toMatchObject({ silentForMs: undefined, maxGapMs: 0 });
  });

  test('forgives a pause that was agreed on', () => {
    const analysis = heard(at(0));
    analysis.pause();
    analysis.packet(at(1, { atMs: 9_000 }));
    expect(analysis.stats(9_000)).toMatchObject({ maxGapMs: 0, gaps: [] });
  });

  test('after a reset counts from the running stream on', () => {
    const analysis = heard(at(0), at(5));
    analysis.reset();
    analysis.packet(at(6));
    analysis.packet(at(8));
    expect(analysis.stats(1_160)).toMatchObject({ received: 2, lost: 1, maxGapMs: 40 });
  });

  test('reports jitter by RFC 3550 section 6.4.1', () => {
    const late = places(200).map((arrival, i) => ({ ...arrival, atMs: arrival.atMs + (i % 2) * 8 }));
    expect(heard(...late).stats(5_000).jitterMs).toBeCloseTo(8, 0);
  });
});
