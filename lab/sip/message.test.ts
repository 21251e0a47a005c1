import { describe, expect, test } from 'vitest';
import {
  cseqOf,
  header,
  headerValues,
  parseMessage,
  serialiseMessage,
  splitList,
  SipSyntaxError,
  type SipRequest,
} from './message.ts';

const lines = (...parts: readonly string[]): string => parts.join('\r\n');

const INVITE = lines(
  'INVITE sip:bob@biloxi.example SIP/2.0',
  'Via: SIP/2.0/UDP a.example;branch=z9hG4bK1, SIP/2.0/UDP b.example;branch=z9hG4bK2',
  'v: SIP/2.0/UDP c.example;branch=z9hG4bK3',
  'Max-Forwards: 70',
  't: Bob <sip:bob@biloxi.example>',
  'f: "Alice, \\"the\\" caller" <sip:alice@atlanta.example>;tag=1928301774',
  'i: a84b4c76e66710',
  'CSeq: 314159 INVITE',
  'Subject: first line',
  '  and its continuation',
  'l: 4',
  '',
  'abcdefg',
);

describe('a SIP message', () => {
  const invite = parseMessage(INVITE) as SipRequest;

  test('has a request line, headers by long and short name, and a body as long as it says', () => {
    expect(invite).toMatchObject({
      kind: 'request',
      method: 'INVITE',
      uri: 'sip:bob@biloxi.example',
      body: 'abcd',
    });
    expect(header(invite, 'call-id')).toBe('a84b4c76e66710');
    expect(header(invite, 'From')).toContain('tag=1928301774');
    expect(header(invite, 'subject')).toBe('first line and its continuation');
    expect(cseqOf(invite)).toEqual({ number: 314_159, method: 'INVITE' });
  });

  test('keeps the order of values over several lines (section 7.3.1)', () => {
    expect(headerValues(invite, 'Via').map((via) => via.slice(-1))).toEqual(['1', '2', '3']);
  });

  test('says the same after it was written out', () => {
    const again = parseMessage(serialiseMessage(invite));
    expect(again.body).toBe('abcd');
    expect(headerValues(again, 'Via')).toEqual(headerValues(invite, 'Via'));
    expect(header(again, 'Content-Length')).toBe('4');
  });

  test('counts its body in bytes', () => {
    const text = serialiseMessage({ ...invite, body: '王芳' });
    expect(text).toContain('Content-Length: 6');
    expect(parseMessage(Buffer.from(text)).body).toBe('王芳');
  });

  test('is a response when it begins with a version', () => {
    const response = parseMessage(INVITE.replace(/^.*/, 'SIP/2.0 486 Busy Here'));
    expect(response).toMatchObject({ kind: 'response', status: 486, reason: 'Busy Here' });
  });

  test.each([
    ['no empty line', 'OPTIONS sip:x@y SIP/2.0\r\nVia: a'],
    ['no start line', INVITE.replace(/^.*/, 'hello')],
    ['another version', INVITE.replace('SIP/2.0', 'SIP/3.0')],
    ['a header without a colon', INVITE.replace('Max-Forwards: 70', 'Max-Forwards')],
    ['no Call-ID', INVITE.replace(/i: .*\r\n/, '')],
    ['a CSeq beyond 2^31', INVITE.replace('314159 INVITE', '99999999999 INVITE')],
    ['a body shorter than it says', INVITE.replace('l: 4', 'l: 400')],
    ['a length that is no number', INVITE.replace('l: 4', 'l: four')],
  ])('is refused with %s', (_, text) => {
    expect(() => parseMessage(text)).toThrow(SipSyntaxError);
  });
});

test('commas within quotes and brackets do not separate', () => {
  expect(splitList('"a, b" <sip:x?h=1,2>;q=1, <sip:y>')).toEqual(['"a, b" <sip:x?h=1,2>;q=1', '<sip:y>']);
});
