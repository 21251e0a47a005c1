import { describe, expect, it, test } from 'vitest';
import { quoted, readingOf, replyOf, words } from './messages.ts';

describe('words of a line', () => {
  test.each([
    ['VAR front ups.status "OL CHRG"', ['VAR', 'front', 'ups.status', 'OL CHRG']],
    [String.raw`UPS front "a \"small\" one \\ two"`, ['UPS', 'front', String.raw`a "small" one \ two`]],
    ['VAR front ups.id ""', ['VAR', 'front', 'ups.id', '']],
    ['', []],
  ])('%s', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  it('that are quoted come back as they were', () => {
    const odd = String.raw`pass "word" \ here`;
    expect(words(quoted(odd))).toEqual([odd]);
  });
});

test.each([
  ['OK', { kind: 'ok' }],
  ['OK Goodbye', { kind: 'ok' }],
  ['ERR DATA-STALE', { kind: 'error', code: 'DATA-STALE' }],
  ['BEGIN LIST VAR front', { kind: 'begin' }],
  ['END LIST VAR front', { kind: 'end' }],
  ['VAR front battery.charge "97"', { kind: 'var', name: 'battery.charge', value: '97' }],
  ['VAR front', { kind: 'other' }],
  ['HTTP/1.1 400 Bad Request', { kind: 'other' }],
])('%s is understood', (line, reply) => {
  expect(replyOf(line)).toEqual(reply);
});

describe('what the variables say', () => {
  const of = (status: string, more: Record<string, string> = {}) =>
    readingOf(new Map(Object.entries({ 'ups.status': status, ...more })));

  test.each([
    ['OL', { onMains: true, low: false }],
    ['OL CHRG', { onMains: true }],
    ['OB DISCHRG', { onMains: false, low: false }],
    ['OB LB', { onMains: false, low: true }],
    ['OL OVER', { overload: true }],
    ['OL RB', { replaceBattery: true }],
    ['OL CAL', { testing: true }],
    ['ALARM OL BYPASS', { onMains: true }],
  ])('%s', (status, reading) => {
    expect(of(status)).toMatchObject(reading);
  });

  it('is nothing without a word on the mains', () => {
    expect(of('WAIT')).toBeUndefined();
    expect(readingOf(new Map())).toBeUndefined();
  });

  it('comes in the units of a reading, and what is no number is left out', () => {
    expect(
      of('OB', {
        'battery.runtime': '90',
        'battery.charge': '120',
        'ups.load': 'high',
        'input.voltage': '-1',
      }),
    ).toEqual({
      onMains: false,
      low: false,
      overload: false,
      replaceBattery: false,
      failed: false,
      testing: false,
      chargePercent: 100,
      minutesLeft: 1.5,
    });
  });
});
