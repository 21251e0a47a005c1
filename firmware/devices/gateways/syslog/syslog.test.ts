import { readFileSync } from 'node:fs';
import { assert, property, uint8Array, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readModel } from '../model.ts';
import { readSyslog } from './message.ts';
import { newsOf } from './watch.ts';

const file = new URL('../models/cisco-ios-e1.json', import.meta.url);
const model = readModel('cisco-ios-e1', readFileSync(file, 'utf8')).syslog!;
const read = (text: string) => readSyslog(Buffer.from(text));

describe('a message of syslog', () => {
  test.each([
    ['<34>Oct 11 22:14:15 gw su: failed', { severity: 2, text: 'su: failed' }],
    ['<165>1 2026-11-22T12:00:00Z gw app 7 ID - it is so', { severity: 5, text: 'it is so' }],
    ['<165>1 - gw app - - [a@1 b="x \\] y"][c@2] it is so', { severity: 5, text: 'it is so' }],
    [
      '<189>021244: Mar 18 10:25:16.673: %A-1-B: down\n',
      { severity: 5, text: '021244: Mar 18 10:25:16.673: %A-1-B: down' },
    ],
    ['<999>what', { text: 'what' }],
    ['no priority', { text: 'no priority' }],
    ['', { text: '' }],
  ])('%j', (bytes, message) => {
    expect(read(bytes)).toEqual(message);
  });

  test('property: any bytes are read', () => {
    assert(property(uint8Array(), (bytes) => void readSyslog(bytes)));
    assert(property(string(), (text) => void newsOf(model, text)));
  });
});

/** As they stand on the list cisco-voip, April 2013, with E1 for T1. */
describe('what a gateway says by syslog', () => {
  test.each([
    [
      '021244: Mar 18 10:25:16.673 CDT: %CONTROLLER-5-UPDOWN: Controller E1 0/0/0, changed state to down (AIS detected)',
      'line',
      'bad',
      'AIS',
    ],
    [
      '%CONTROLLER-5-UPDOWN: Controller E1 0/0/0, changed state to administratively down',
      'line',
      'bad',
      'line down',
    ],
    ['%CONTROLLER-5-UPDOWN: Controller E1 0/0/0, changed state to up', 'line', 'good', 'no alarm'],
    [
      '%ISDN-6-LAYER2DOWN: Layer 2 for Interface Se0/0/0:15, TEI 0 changed to down',
      'd-channel',
      'bad',
      'd-channel down',
    ],
    [
      '%ISDN-6-LAYER2UP: Layer 2 for Interface Se0/0/0:15, TEI 0 changed to up',
      'd-channel',
      'good',
      'd-channel up',
    ],
  ])('%s', (text, reading, state, what) => {
    expect(newsOf(model, text)).toEqual({ line: '0/0/0', reading, judgement: { state, what } });
  });

  test('is nothing when no pattern knows it', () => {
    expect(newsOf(model, '%LINK-3-UPDOWN: Interface Serial0/0/0:23, changed state to down')).toBeUndefined();
  });
});
