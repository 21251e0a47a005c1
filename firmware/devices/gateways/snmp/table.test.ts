import { array, assert, integer, property, record, oneof, constant, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { follows, MOST_ROWS, Nonsense, taken, type Told } from './table.ts';

const COLUMN = '1.3.6.1.2.1.10.18.6.1.10';
const INTEGER = 2;
const told = (oid: string, value: unknown = 1, type = INTEGER): Told => ({ oid, type, value });

describe('a column of a table', () => {
  test('is what stands beneath it, and ends with the next one', () => {
    const answer = [told(`${COLUMN}.1`), told(`${COLUMN}.2`, 64), told('1.3.6.1.2.1.10.18.6.1.11.1', 7)];
    expect(taken(COLUMN, new Map(), COLUMN, answer)).toEqual({
      rows: new Map([
        ['1', 1],
        ['2', 64],
      ]),
    });
  });

  test('is asked on from its last row while it has not ended', () => {
    expect(taken(COLUMN, new Map(), COLUMN, [told(`${COLUMN}.7`)]).next).toBe(`${COLUMN}.7`);
    expect(taken(COLUMN, new Map(), COLUMN, []).next).toBeUndefined();
  });

  test('of an agent that has none ends at once', () => {
    expect(taken(COLUMN, new Map(), COLUMN, [told(COLUMN, null, 130)])).toEqual({ rows: new Map() });
  });

  test('keeps a value that is no whole number as unknown', () => {
    const answer = [told(`${COLUMN}.1`, Buffer.from('x')), told(`${COLUMN}.2`, 1.5)];
    expect([...taken(COLUMN, new Map(), COLUMN, answer).rows.values()]).toEqual([undefined, undefined]);
  });

  test('of an agent that goes back, or stays where it is, is nonsense', () => {
    expect(() => taken(COLUMN, new Map(), COLUMN, [told(`${COLUMN}.2`), told(`${COLUMN}.1`)])).toThrow(
      Nonsense,
    );
    expect(() => taken(COLUMN, new Map(), `${COLUMN}.2`, [told(`${COLUMN}.2`)])).toThrow('goes back');
  });

  test('that has no end is nonsense', () => {
    const many = Array.from({ length: MOST_ROWS + 1 }, (_, at) => told(`${COLUMN}.${at + 1}`));
    expect(() => taken(COLUMN, new Map(), COLUMN, many)).toThrow(`more than ${MOST_ROWS} rows`);
  });

  test('object identifiers stand in the order of their numbers, not of their text', () => {
    expect(follows('1.3.10', '1.3.9')).toBe(true);
    expect(follows('1.3', '1.3.1')).toBe(false);
    expect(follows('1.3.1', '1.3')).toBe(true);
    expect(follows('1.3.1', '1.3.1')).toBe(false);
  });

  test('property: an answer of any content is taken or is nonsense, and never asked for twice', () => {
    const oid = oneof(
      integer({ min: 0, max: 40 }).map((row) => `${COLUMN}.${row}`),
      constant(''),
      string(),
    );
    const answers = array(
      record({ oid, type: integer({ min: 0, max: 140 }), value: oneof(integer(), string()) }),
    );
    assert(
      property(answers, (answer) => {
        try {
          const { next } = taken(COLUMN, new Map(), `${COLUMN}.0`, answer);
          if (next !== undefined) expect(follows(next, `${COLUMN}.0`)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Nonsense);
        }
      }),
    );
  });
});
