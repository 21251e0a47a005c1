import { describe, expect, test } from 'vitest';
import {
  authorization,
  chooseChallenge,
  digestFields,
  digestResponse,
  parseChallenge,
  type Challenge,
} from './digest.ts';

const challengeOf = (text: string): Challenge => {
  const challenge = parseChallenge(text);
  if (!challenge) throw new Error(`'${text}' was not understood.`);
  return challenge;
};

/** RFC 7616 section 3.9.1. */
const RFC7616 = {
  who: { user: 'Mufasa', password: 'Circle of Life' },
  request: {
    method: 'GET',
    uri: '/dir/index.html',
    nonceCount: 1,
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  },
  challenge: (algorithm: string) =>
    challengeOf(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    ),
};

describe('the digest', () => {
  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('of RFC 7616 section 3.9.1 with %s', (algorithm, expected) => {
    expect(digestResponse(RFC7616.challenge(algorithm), RFC7616.who, RFC7616.request)).toBe(expected);
  });

  test('of RFC 2617 section 3.5', () => {
    const challenge = challengeOf(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    );
    const request = { method: 'GET', uri: '/dir/index.html', nonceCount: 1, cnonce: '0a4f113b' };
    expect(digestResponse(challenge, { user: 'Mufasa', password: 'Circle Of Life' }, request)).toBe(
      '6629fae49393a05397450978507c4ef1',
    );
  });

  test('of RFC 2069 (erratum 749), from a server without qop', () => {
    const challenge = challengeOf(
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
    );
    const request = { method: 'GET', uri: '/dir/index.html', nonceCount: 1, cnonce: '' };
    expect(digestResponse(challenge, { user: 'Mufasa', password: 'CircleOfLife' }, request)).toBe(
      '1949323746fe6a43ef61f9606e7febea',
    );
  });

  test('goes out with everything the server needs to check it', () => {
    const fields = digestFields(
      authorization(RFC7616.challenge('SHA-256'), RFC7616.who, RFC7616.request).slice(7),
    );
    expect(Object.fromEntries(fields)).toMatchObject({
      username: 'Mufasa',
      realm: 'http-auth@example.org',
      uri: '/dir/index.html',
      algorithm: 'SHA-256',
      qop: 'auth',
      nc: '00000001',
      opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
    });
  });
});

describe('a challenge', () => {
  test('is the first that we can answer', () => {
    const challenge = chooseChallenge([
      'Digest realm="r", nonce="n", algorithm=SHA-512-256',
      'Digest realm="r", nonce="n", algorithm=sha-256',
      'Digest realm="r", nonce="n", algorithm=MD5',
    ]);
    expect(challenge?.algorithm).toBe('SHA-256');
  });

  test.each(['Basic realm="r"', 'Digest realm="r"', 'Digest realm="r", nonce="n", qop="auth-int"', ''])(
    '%j is none of ours',
    (text) => {
      expect(parseChallenge(text)).toBeUndefined();
    },
  );

  test('keeps what stands in quotes', () => {
    expect(challengeOf('Digest realm="a \\"b\\", c", nonce="n", stale=TRUE')).toMatchObject({
      realm: 'a "b", c',
      stale: true,
    });
  });
});
