import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { throwAwayPki } from '../../../uplink/testing/pki.ts';
import { page, type PageOrder } from './page.ts';

const NEVER = new AbortController().signal;

const OTHER = '00'.repeat(32);
const asked: (string | undefined)[] = [];
const answer: RequestListener = (request, response) => {
  asked.push(request.headers.authorization);
  response.end('[]');
};
const plain = createPlain(answer);
const safe = createServer(answer);
let certificate = '';
const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
const order = (port: number, more: Partial<PageOrder> = {}): PageOrder => ({
  host: '127.0.0.1',
  port,
  path: '/status',
  headers: { authorization: 'Basic eA==' },
  ...more,
});
async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

beforeAll(async () => {
  const { cert, key } = await (await throwAwayPki()).server();
  certificate = new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
  safe.setSecureContext({ cert, key });
  await Promise.all([plain, safe].map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
});
afterAll(() => {
  for (const server of [plain, safe]) server.close();
});

describe('a page of a gateway', () => {
  test('is read by HTTP, and by HTTPS with the certificate that is named', async () => {
    expect(await text(await page(order(portOf(plain)), NEVER))).toBe('[]');
    expect(await text(await page(order(portOf(safe), { certificate }), NEVER))).toBe('[]');
    expect(asked.splice(0)).toEqual(['Basic eA==', 'Basic eA==']);
  });

  test('behind another certificate is not asked, and not told the password', async () => {
    await expect(page(order(portOf(safe), { certificate: OTHER }), NEVER)).rejects.toThrow(
      `another certificate (SHA-256 ${certificate})`,
    );
    expect(asked).toEqual([]);
  });

  test('that speaks no HTTPS is an error, as is one that is given up', async () => {
    await expect(page(order(portOf(plain), { certificate }), NEVER)).rejects.toThrow();
    await expect(page(order(portOf(safe), { certificate }), AbortSignal.abort())).rejects.toThrow('given up');
  });
});
