/** Headquarters' certificate as a box sees it whose clock is years off: the broker is a TLS server, its certificates are of the authority as it ships. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { newKeyPair, privateKeyPem, SIGNING, x509 } from '@branchline/runtime/web/x509';
import { secureLine } from './secure-line.ts';

const DAY_MS = 86_400_000;
const SERVER = x509.ExtendedKeyUsage.serverAuth;
const dir = mkdtempSync(join(tmpdir(), 'line-'));
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Order {
  /** From and to, in days from now. */
  readonly days: readonly [from: number, to: number];
  readonly names?: readonly string[];
  readonly use?: x509.ExtendedKeyUsage;
  readonly by?: Awaited<ReturnType<typeof authority>>;
}

const dates = ([from, to]: readonly [number, number]) => ({
  notBefore: new Date(Date.now() + from * DAY_MS),
  notAfter: new Date(Date.now() + to * DAY_MS),
});

async function authority(days: readonly [number, number] = [-400, 7_000]) {
  const keys = await newKeyPair();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=authority',
    ...dates(days),
    keys,
    signingAlgorithm: SIGNING,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  return { keys, cert, pem: cert.toString('pem') };
}

/** What becomes of a box's line to a broker with such a certificate: 'open', or why not. */
async function lineTo(own: Awaited<ReturnType<typeof authority>>, order: Order): Promise<string> {
  const { names = ['127.0.0.1'], use = SERVER, by = own } = order;
  const keys = await newKeyPair();
  const cert = await x509.X509CertificateGenerator.create({
    subject: 'CN=broker',
    issuer: by.cert.subjectName,
    ...dates(order.days),
    publicKey: keys.publicKey,
    signingKey: by.keys.privateKey,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([use]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'ip', value }))),
    ],
  });
  const key = await privateKeyPem(keys.privateKey);
  const server = createServer({ key, cert: cert.toString('pem') }, (socket) => socket.write('welcome'));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    const identity = { key, cert: cert.toString('pem'), ca: own.pem };
    const line = secureLine({ host: '127.0.0.1', port }, identity, (error) => resolve(error.message));
    line.once('data', () => {
      resolve('open');
      line.destroy();
    });
  });
}

test('a certificate in force is believed, and so is one of other years: the clock may be the box’s fault', async () => {
  const own = await authority();
  expect(await lineTo(own, { days: [-1, 3_650] })).toBe('open');
  expect(await lineTo(own, { days: [3_284, 7_000] })).toBe('open');
  expect(await lineTo(own, { days: [-7_000, -3_650] })).toBe('open');
});

test('as is an authority of other years', async () => {
  expect(await lineTo(await authority([3_284, 7_000]), { days: [3_284, 7_000] })).toBe('open');
  expect(await lineTo(await authority([-9_000, -3_650]), { days: [-9_000, -3_650] })).toBe('open');
});

test('whatever its dates, one of another authority, another name or another use is not', async () => {
  const own = await authority();
  const stranger = await authority();
  for (const days of [
    [-1, 3_650],
    [3_284, 7_000],
    [-7_000, -3_650],
  ] as const) {
    expect(await lineTo(own, { days, by: stranger })).toMatch(/not believed|signature|issuer|unable/i);
    expect(await lineTo(own, { days, names: ['127.0.0.2'] })).toMatch(/not believed/);
    expect(await lineTo(own, { days, use: x509.ExtendedKeyUsage.clientAuth })).toMatch(/not believed/);
  }
});
