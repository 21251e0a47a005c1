import { readFileSync } from 'node:fs';
import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readModel } from '../model.ts';
import { columnsOf, judgeValue, readTables } from './reading.ts';
import type { Column } from './table.ts';

const file = new URL('../models/generic-e1.json', import.meta.url);
const readings = readModel('generic-e1', readFileSync(file, 'utf8')).snmp?.readings ?? [];
const [line] = readings;
const judge = (value: number | undefined) => judgeValue(line!, value);

const LINE = '1.3.6.1.2.1.10.18.6.1.10';
const LAPD = '1.3.6.1.2.1.10.20.1.3.4.1.2';
const STATUS = '1.3.6.1.2.1.2.2.1.8';
const TYPE = '1.3.6.1.2.1.2.2.1.3';
const column = (rows: Readonly<Record<string, number>>): Column => new Map(Object.entries(rows));

/** RFC 4805, dsx1LineStatus. */
describe('the status of an E1', () => {
  test.each([
    [1, 'good', 'no alarm'],
    [64, 'bad', 'LOS'],
    [64 + 4, 'bad', 'LOS'],
    [64 + 32 + 4, 'bad', 'LOS'],
    [32 + 4, 'bad', 'LOF'],
    [8 + 4, 'bad', 'AIS'],
    [2, 'bad', 'RAI'],
    [256, 'bad', 'AIS in slot 16'],
    [128, 'bad', 'loopback'],
    [8_192, 'bad', 'signal unavailable'],
    [16_384, 'bad', 'carrier equipment out of service'],
    [65_536 + 1, 'good', 'no alarm'],
  ])('%i is %s: %s', (value, state, what) => {
    expect(judge(value)).toMatchObject({ state, what });
  });

  test.each([
    [undefined, 'line is no number'],
    [0, 'line is 0, which means nothing'],
    [-1, 'line is -1, which means nothing'],
    [1 << 20, 'line is 1048576, which means nothing'],
    [1 + 64, 'line says no alarm and LOS (65)'],
  ])('%s is unclear: %s', (value, what) => {
    expect(judge(value)).toEqual({ state: 'unclear', what });
  });

  test('property: every number is judged, and none without an alarm of its own is bad', () => {
    assert(
      property(integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => {
        const { state } = judge(value);
        if (value <= 0 || value % 2 === 1) expect(state).not.toBe('bad');
      }),
    );
  });
});

describe('the tables of a gateway', () => {
  const channels = (count: number, down: number): Record<string, number> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [String(101 + at), at < count - down ? 1 : 2]),
    );
  const types = (count: number): Record<string, number> => ({
    1: 18,
    2: 77,
    ...Object.fromEntries(Array.from({ length: count }, (_, at) => [String(101 + at), 81])),
  });

  test('are asked for once each', () => {
    expect(columnsOf(readings)).toEqual([LINE, LAPD, STATUS, TYPE]);
  });

  test('tell of the line, of its D-channel and of its channels', () => {
    const { said, rows } = readTables(
      readings,
      new Map([
        [LINE, column({ 1: 1 })],
        [LAPD, column({ 2: 1 })],
        [STATUS, column({ 1: 1, 2: 2, ...channels(30, 15) })],
        [TYPE, column(types(30))],
      ]),
    );
    expect(said).toEqual([
      { line: '1', reading: 'line', judgement: { state: 'good', what: 'no alarm' } },
      { line: '1', reading: 'd-channel', judgement: { state: 'bad', what: 'd-channel down' } },
      {
        line: '1',
        reading: 'channels',
        judgement: { state: 'good', what: 'channels open', blockedChannels: 15 },
      },
    ]);
    expect([...rows]).toEqual([
      [`${LINE}.1`, '1'],
      [`${LAPD}.2`, '1'],
    ]);
  });

  test('number several lines in their order, and share the channels out among them', () => {
    const { said } = readTables(
      readings,
      new Map([
        [LINE, column({ 5: 1, 6: 64 })],
        [STATUS, column(channels(62, 3))],
        [TYPE, column(types(62))],
      ]),
    );
    expect(said.filter(({ reading }) => reading !== 'd-channel')).toMatchObject([
      { line: '1', judgement: { state: 'good' } },
      { line: '2', judgement: { state: 'bad', what: 'LOS' } },
      { line: '1', reading: 'channels', judgement: { blockedChannels: 0 } },
      { line: '2', reading: 'channels', judgement: { blockedChannels: 3 } },
    ]);
  });

  test('that do not fit one another say nothing of a line by guess', () => {
    const { said } = readTables(
      readings,
      new Map([
        [LINE, column({ 1: 1 })],
        [LAPD, column({ 2: 1, 3: 3 })],
      ]),
    );
    expect(said.map(({ reading }) => reading)).toEqual(['line']);
    expect(readTables(readings, new Map()).said).toEqual([]);
  });
});
