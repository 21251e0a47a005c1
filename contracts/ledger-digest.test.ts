import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK, canonicalLine, halvesOf, piecesOf } from './ledger-digest.ts';
import type { LedgerEvent } from './ledger.ts';

const event: LedgerEvent = {
  seq: 7,
  at: '2026-01-05T02:00:00.000Z',
  call: 'c',
  type: 'call.offered',
  body: { dialled: '1', from: { kind: 'caller', id: '2' } },
};

describe('the line of an event', () => {
  test('is the same whatever the order of the keys, and however the time is written', () => {
    const { seq, call, type } = event;
    const other = { type, body: { from: { id: '2', kind: 'caller' }, dialled: '1' }, call, seq };
    expect(canonicalLine({ ...other, at: '2026-01-05T02:00:00Z' })).toBe(canonicalLine(event));
  });

  test.each([
    ['its number', { ...event, seq: 8 }],
    ['its time', { ...event, at: '2026-01-05T02:00:00.001Z' }],
    ['its call', { ...event, call: 'd' }],
    ['no call', { seq: event.seq, at: event.at, type: event.type, body: event.body }],
    ['its type', { ...event, type: 'call.ended' }],
    ['what it says', { ...event, body: { ...event.body, dialled: '2' } }],
    ['a field of a later version', { ...event, more: 1 }],
  ])('tells %s', (_, changed) => expect(canonicalLine(changed)).not.toBe(canonicalLine(event)));

  test('survives being written and read', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        const kept = JSON.parse(JSON.stringify({ ...event, body })) as LedgerEvent;
        expect(canonicalLine(JSON.parse(JSON.stringify(kept)) as LedgerEvent)).toBe(canonicalLine(kept));
      }),
    );
  });
});

const stretch = fc
  .tuple(fc.integer({ min: 1, max: 5 * BLOCK }), fc.integer({ min: 1, max: 4 * BLOCK }))
  .map(([from, length]) => ({ from, to: from + length }));

test('pieces cover a stretch exactly, none crosses a block, and only a whole block has a number', () => {
  fc.assert(
    fc.property(stretch, ({ from, to }) => {
      let at = from;
      for (const piece of piecesOf(from, to)) {
        expect(piece.from).toBe(at);
        expect(Math.floor((piece.from - 1) / BLOCK)).toBe(Math.floor((piece.to - 1) / BLOCK));
        expect(piece.block !== undefined).toBe(piece.to - piece.from + 1 === BLOCK);
        at = piece.to + 1;
      }
      expect(at).toBe(to + 1);
    }),
  );
});

test('halves cover a stretch exactly, and neither is empty', () => {
  fc.assert(
    fc.property(stretch, ({ from, to }) => {
      const [first, second] = halvesOf(from, to);
      expect([first.from, first.to + 1, second.to]).toEqual([from, second.from, to]);
      expect(first.to).toBeGreaterThanOrEqual(first.from);
      expect(second.to).toBeGreaterThanOrEqual(second.from);
    }),
  );
});
