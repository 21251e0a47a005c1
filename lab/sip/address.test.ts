import { describe, expect, test } from 'vitest';
import { escapeUriHeader, formatNameAddr, parseNameAddr, parseUri, targetOf } from './address.ts';
import { SipSyntaxError } from './message.ts';

describe('a SIP address', () => {
  test('has user, host, port, parameters and headers', () => {
    expect(parseUri('sip:8001:secret@10.0.0.1:5070;transport=udp;lr?Replaces=a%40b%3Bto-tag%3D1')).toEqual({
      scheme: 'sip',
      user: '8001',
      host: '10.0.0.1',
      port: 5070,
      params: { transport: 'udp', lr: '' },
      headers: { replaces: 'a@b;to-tag=1' },
    });
  });

  test('may have no user, or be a telephone number', () => {
    expect(parseUri('sip:10.0.0.1')).toMatchObject({ user: '', host: '10.0.0.1' });
    expect(parseUri('tel:+8657186001000')).toMatchObject({ scheme: 'tel', user: '+8657186001000' });
  });

  test.each(['http://x', 'sip:', 'sip:a@b c', ''])('%j is none', (text) => {
    expect(() => parseUri(text)).toThrow(SipSyntaxError);
  });

  test('is reached at 5060 unless it says otherwise', () => {
    expect(targetOf('sip:x@10.0.0.1')).toEqual({ host: '10.0.0.1', port: 5060 });
    expect(targetOf('sip:x@10.0.0.1:9;maddr=10.0.0.2')).toEqual({ host: '10.0.0.2', port: 9 });
  });
});

describe('a name with an address', () => {
  test.each([
    ['"Wang \\"Fang\\"" <sip:8001@h;x=1>;tag=t', 'Wang "Fang"', 'sip:8001@h;x=1', 't'],
    ['Wang Fang <sip:8001@h>;tag=t', 'Wang Fang', 'sip:8001@h', 't'],
    ['<sip:8001@h>', '', 'sip:8001@h', undefined],
    ['sip:8001@h;tag=t', '', 'sip:8001@h', 't'],
  ])('%s', (text, name, uri, tag) => {
    const parsed = parseNameAddr(text);
    expect([parsed.name, parsed.uri, parsed.params['tag']]).toEqual([name, uri, tag]);
    expect(parseNameAddr(formatNameAddr(parsed))).toEqual(parsed);
  });
});

test('a Replaces survives its way through a Refer-To', () => {
  const replaces = "a'b*c@h;to-tag=1;from-tag=2";
  expect(parseUri(`sip:x@h?Replaces=${escapeUriHeader(replaces)}`).headers['replaces']).toBe(replaces);
});
