import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request as requestInClear, type ClientRequest } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { serviceCertificate } from './certificate.ts';
import { isLoopback, listen, mayTakeLonger, parseListen } from './listen.ts';
import { newPassword } from './password.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'listen-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('the listening rule', () => {
  it('reads addresses, and says what is wrong with one', () => {
    expect(parseListen('127.0.0.1:8480')).toEqual({ host: '127.0.0.1', port: 8480 });
    expect(parseListen('[::]:0')).toEqual({ host: '::', port: 0 });
    for (const text of ['8480', '::1:80', 'example.org:80', '127.0.0.1:70000', ''])
      expect(() => parseListen(text)).toThrow(/address:port/);
  });

  it('knows loopback', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '192.168.1.1', '127.evil.example'].some(isLoopback)).toBe(false);
  });

  it('refuses cleartext anywhere else', async () => {
    await expect(listen(() => undefined, { host: '0.0.0.0', port: 0 }, undefined)).rejects.toThrow(/TLS/);
  });

  it('serves TLS with a certificate of its own, made once, renewed before its end', async () => {
    const clock = new ManualClock(Date.now());
    const make = () => serviceCertificate({ dir, name: 'test', names: ['127.0.0.1', 'localhost'] }, clock);
    const identity = await make();
    expect(statSync(join(dir, 'test.key')).mode & 0o777).toBe(0o600);
    expect((await make()).fingerprint).toBe(identity.fingerprint);
    const service = await listen(
      (_, response) => void response.end('hello'),
      { host: '127.0.0.1', port: 0 },
      identity,
    );
    const text = await new Promise<string>((resolve, reject) => {
      const asked = request(service.url, { ca: identity.cert, agent: false }, (answer) => {
        answer.setEncoding('utf8').on('data', resolve);
      });
      asked.on('error', reject).end();
    });
    expect(text).toBe('hello');
    await service.stop();
    clock.advance(800 * 86_400_000);
    expect((await make()).fingerprint).not.toBe(identity.fingerprint);
  });
});

it('ends a connection whose request does not come, but that of a handler that waits for it', async () => {
  const service = await listen(
    (asked, response) => {
      if (asked.url === '/long') mayTakeLonger(asked);
      asked.resume().once('end', () => response.end('whole'));
    },
    { host: '127.0.0.1', port: 0 },
    undefined,
    100,
  );
  const begin = (path: string): ClientRequest => {
    const asked = requestInClear(service.url + path, { method: 'POST', agent: false });
    asked.write('half');
    return asked;
  };
  const long = begin('/long');
  const answered = new Promise<number | undefined>((resolve, reject) => {
    long.once('response', ({ statusCode }) => resolve(statusCode)).once('error', reject);
  });
  await new Promise((resolve) => begin('/short').once('error', resolve));
  // It is older than the one that was cut.
  long.end('and half');
  expect(await answered).toBe(200);
  await service.stop();
});

it('makes passwords of four groups without look-alikes', () => {
  expect(newPassword()).toMatch(/^([2-9a-hjkmnp-z]{5}-){3}[2-9a-hjkmnp-z]{5}$/);
  expect(newPassword()).not.toBe(newPassword());
});
