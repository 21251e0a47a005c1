import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { has, highest, keep, missing, missingCount, NOTHING, without } from './stretches.ts';

const numbers = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 });

describe('which numbers are kept', () => {
  it('agrees with a plain set, whatever the order and the repeats', () => {
    fc.assert(
      fc.property(numbers, (seqs) => {
        const kept = seqs.reduce(keep, NOTHING);
        const plain = new Set(seqs);
        for (let seq = 1; seq <= 61; seq++) expect(has(kept, seq)).toBe(plain.has(seq));
        let upto = 0;
        while (plain.has(upto + 1)) upto++;
        expect(kept.upto).toBe(upto);
        expect(highest(kept)).toBe(Math.max(0, ...seqs));
        const gone = missing(kept, 61).flatMap(([from, to]) =>
          Array.from({ length: to - from + 1 }, (_, n) => from + n),
        );
        expect(gone).toEqual(Array.from({ length: 61 }, (_, n) => n + 1).filter((seq) => !plain.has(seq)));
        expect(missingCount(kept, 61)).toBe(gone.length);
      }),
    );
  });

  it('without a stretch is what a plain set would be without it', () => {
    const number = fc.integer({ min: 1, max: 61 });
    fc.assert(
      fc.property(numbers, number, number, (seqs, one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const left = seqs.filter((seq) => seq < from || seq > to);
        expect(without(seqs.reduce(keep, NOTHING), [from, to])).toEqual(left.reduce(keep, NOTHING));
      }),
    );
  });

  it('keeps as few stretches as there are', () => {
    expect([5, 3, 4, 9].reduce(keep, NOTHING)).toEqual({
      upto: 0,
      beyond: [
        [3, 5],
        [9, 9],
      ],
    });
    expect([5, 3, 4, 1, 2].reduce(keep, NOTHING)).toEqual({ upto: 5, beyond: [] });
  });
});
