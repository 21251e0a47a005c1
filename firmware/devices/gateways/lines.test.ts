import { describe, expect, test } from 'vitest';
import { linesOf, noted, NO_LINES, readAgain, unclearFrom, worth, type Said } from './lines.ts';
import type { Judgement } from './judging.ts';

const said = (line: string, reading: string, state: Judgement['state'], what: string = state): Said => ({
  line,
  reading,
  judgement: { state, what },
});

describe('a line of which several things are said', () => {
  test('is as bad as the worst of them', () => {
    const lines = noted(NO_LINES, 'snmp', [
      said('1', 'line', 'good'),
      said('1', 'd-channel', 'bad', 'd-channel down'),
    ]);
    expect(worth(lines, '1')).toEqual({ state: 'bad', what: 'd-channel down' });
  });

  test('is read again as a whole: what the source does not say any more is gone', () => {
    const before = noted(NO_LINES, 'snmp', [said('1', 'line', 'good'), said('2', 'line', 'bad')]);
    const lines = readAgain(before, 'snmp', [said('1', 'line', 'good')]);
    expect(Object.keys(lines)).toEqual(['1']);
  });

  test('keeps what syslog has said of another thing when the console finds the line well', () => {
    const told = noted(NO_LINES, 'syslog', [said('0/0/0', 'd-channel', 'bad', 'd-channel down')]);
    const lines = readAgain(told, 'console', [said('0/0/0', 'line', 'good', 'no alarm')]);
    expect(worth(lines, '0/0/0')).toEqual({ state: 'bad', what: 'd-channel down' });
  });

  test('takes the place of what another source has said of the same thing', () => {
    const told = noted(NO_LINES, 'syslog', [said('1', 'line', 'bad', 'LOS')]);
    expect(worth(readAgain(told, 'console', [said('1', 'line', 'good', 'no alarm')]), '1').state).toBe(
      'good',
    );
  });

  test('is unclear when its source cannot be read, and good while another one reads it well', () => {
    const known = noted(NO_LINES, 'snmp', [said('1', 'line', 'good', 'no alarm')]);
    expect(worth(unclearFrom(known, 'snmp', 'no answer'), '1')).toEqual({
      state: 'unclear',
      what: 'no answer',
    });
    const two = noted(known, 'console', [said('1', 'ports', 'good', 'in service')]);
    expect(worth(unclearFrom(two, 'console', 'silent'), '1')).toEqual({
      state: 'good',
      what: 'no alarm',
      detail: 'silent',
    });
  });

  test('syslog alone does not make well what cannot be read', () => {
    const told = noted(noted(NO_LINES, 'snmp', [said('1', 'line', 'good')]), 'syslog', [
      said('1', 'd-channel', 'good'),
    ]);
    expect(worth(unclearFrom(told, 'snmp', 'no answer'), '1').state).toBe('unclear');
  });

  test('a gateway of which nothing was ever read is unclear as a whole, until a line is known', () => {
    const nothing = unclearFrom(NO_LINES, 'snmp', 'no answer');
    expect(linesOf(nothing, 'snmp')).toEqual(['*']);
    expect(Object.keys(readAgain(nothing, 'snmp', [said('1', 'line', 'good')]))).toEqual(['1']);
  });

  test('a source that never knew a line says nothing of those that others know', () => {
    const known = noted(NO_LINES, 'snmp', [said('1', 'line', 'good')]);
    expect(linesOf(unclearFrom(known, 'console', 'silent'), 'console')).toEqual([]);
  });
});
