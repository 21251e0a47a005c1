import { describe, expect, test } from 'vitest';
import { answerOf, formatSdp, offerOf, parseSdp, SdpError, type Direction, type LocalAudio } from './sdp.ts';

const LOCAL: LocalAudio = {
  at: { host: '10.0.0.1', port: 4000 },
  codecs: ['alaw', 'ulaw'],
  direction: 'sendrecv',
};
const ORIGIN = { id: 1, version: 1 };

const sdp = (...media: readonly string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 10.0.0.2', 's=-', 'c=IN IP4 10.0.0.2', 't=0 0', ...media, ''].join('\r\n');

describe('a session description', () => {
  test('says what was offered', () => {
    expect(parseSdp(formatSdp(offerOf(LOCAL), ORIGIN))).toMatchObject({
      host: '10.0.0.1',
      port: 4000,
      formats: [
        { payload: 8, codec: 'alaw' },
        { payload: 0, codec: 'ulaw' },
      ],
      eventPayload: 101,
      direction: 'sendrecv',
    });
  });

  test('may leave static payload types unnamed, and name dynamic ones', () => {
    const { formats, eventPayload } = parseSdp(
      sdp('m=audio 5000 RTP/AVP 18 0 110 97', 'a=rtpmap:110 PCMA/8000', 'a=rtpmap:97 telephone-event/8000'),
    );
    expect(formats).toEqual([
      { payload: 0, codec: 'ulaw' },
      { payload: 110, codec: 'alaw' },
    ]);
    expect(eventPayload).toBe(97);
  });

  test('takes the address and direction of the stream before those of the session', () => {
    const text = sdp('a=sendrecv', 'm=audio 5000 RTP/AVP 8', 'c=IN IP4 10.0.0.9', 'a=sendonly');
    expect(parseSdp(text)).toMatchObject({ host: '10.0.0.9', direction: 'sendonly' });
  });

  test('with the address 0.0.0.0 is a hold (RFC 3264 section 8.4)', () => {
    expect(parseSdp(sdp('m=audio 5000 RTP/AVP 8', 'c=IN IP4 0.0.0.0'))).toMatchObject({
      direction: 'sendonly',
    });
  });

  test.each([
    ['no audio', sdp('m=video 5000 RTP/AVP 99')],
    ['no address', 'v=0\r\nm=audio 5000 RTP/AVP 8\r\n'],
    ['a broken media line', sdp('m=audio eight')],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(() => parseSdp(text)).toThrow(SdpError);
  });
});

describe('an answer', () => {
  test.each<[Direction, Direction, Direction]>([
    ['sendrecv', 'sendrecv', 'sendrecv'],
    ['sendonly', 'sendrecv', 'recvonly'],
    ['recvonly', 'sendrecv', 'sendonly'],
    ['inactive', 'sendrecv', 'inactive'],
    ['sendrecv', 'sendonly', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
  ])('to %s from who wants %s is %s', (offered, wanted, expected) => {
    const offer = parseSdp(sdp('m=audio 5000 RTP/AVP 8', `a=${offered}`));
    expect(answerOf(offer, { ...LOCAL, direction: wanted })?.direction).toBe(expected);
  });

  test('refuses the other streams in their places (RFC 3264 section 6)', () => {
    const offer = parseSdp(sdp('m=video 6000 RTP/AVP 99', 'm=audio 5000 RTP/AVP 0 8'));
    const answer = answerOf(offer, LOCAL);
    if (!answer) throw new Error('There should be an answer.');
    const text = formatSdp(answer, ORIGIN, offer);
    expect(text.match(/^m=.*/gm)?.map((line) => line.trim())).toEqual([
      'm=video 0 RTP/AVP 99',
      'm=audio 4000 RTP/AVP 0',
    ]);
  });

  test('is none when nothing can be spoken, or the stream is off', () => {
    expect(answerOf(parseSdp(sdp('m=audio 5000 RTP/AVP 18')), LOCAL)).toBeUndefined();
    expect(answerOf(parseSdp(sdp('m=audio 0 RTP/AVP 8')), LOCAL)).toBeUndefined();
  });
});
