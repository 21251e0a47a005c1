import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LookUpRequest } from '../flows/run.ts';
import { lookUp } from './look-up.ts';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

describe('a look-up over HTTP', () => {
  let server: Server;
  let at: string;
  const asked: Asked[] = [];
  let answer: (response: ServerResponse) => void = (response) => response.end('{}');
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        asked.push({ method, url, authorization: headers.authorization, body });
        answer(response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = (more: Partial<LookUpRequest> = {}): ReturnType<typeof lookUp> =>
    lookUp({ method: 'GET', url: `${at}/who?n=1`, take: {}, withinMs: 5_000, ...more }, (name) =>
      name === 'crm' ? 'key-1' : undefined,
    );
  const answering = (text: string, status = 200): void => {
    answer = (response) => response.writeHead(status).end(text);
  };

  test('takes what it was told to, and nothing that is no plain value', async () => {
    answering(
      '{"customer":{"name":"王芳","level":3,"vip":true,"card":{}},"list":[{"id":7}],"tags":["a",1,"b"]}',
    );
    const take = {
      name: ['customer', 'name'],
      level: ['customer', 'level'],
      vip: ['customer', 'vip'],
      card: ['customer', 'card'],
      id: ['list', '0', 'id'],
      gone: ['nobody', 'there'],
      proto: ['__proto__', 'x'],
    };
    expect(await ask({ take, tags: ['tags'] })).toEqual({
      variables: { name: '王芳', level: '3', vip: 'true', id: '7' },
      tags: ['a', 'b'],
    });
  });

  test('sends fields and the secret', async () => {
    answering('{}');
    await ask({ method: 'POST', body: { who: '8001' }, secret: 'crm' });
    expect(asked.at(-1)).toEqual({
      method: 'POST',
      url: '/who?n=1',
      authorization: 'Bearer key-1',
      body: '{"who":"8001"}',
    });
  });

  test('without the secret nothing is sent', async () => {
    const before = asked.length;
    await expect(ask({ secret: 'other' })).rejects.toThrow("there is no secret 'other' on this box");
    expect(asked).toHaveLength(before);
  });

  test.each([
    ['a refusal', () => answering('no', 503), 'answered with 503'],
    ['no JSON', () => answering('<html>'), 'the answer is not JSON'],
    [
      'too much',
      () => answering(JSON.stringify('x'.repeat(70_000))),
      'the answer is longer than 65536 bytes',
    ],
    [
      'another address',
      () => {
        answer = (response) => response.writeHead(302, { location: `${at}/elsewhere` }).end();
      },
      'not reached',
    ],
    [
      'a line that is cut',
      () => {
        answer = (response) => response.destroy();
      },
      'not reached',
    ],
  ])('%s is told in a few words', async (_, given, words) => {
    given();
    await expect(ask()).rejects.toThrow(words);
  });

  test.each([
    ['never answers', () => undefined],
    ['begins to answer, and stops', (response: ServerResponse) => void response.write('{"a":')],
  ])('one who %s is not waited for beyond the time', async (_, hangs) => {
    answer = hangs;
    await expect(ask({ withinMs: 100 })).rejects.toThrow('no answer within 100 ms');
  });

  test('nobody there', async () => {
    await expect(ask({ url: 'http://127.0.0.1:1/' })).rejects.toThrow('not reached');
  });
});
