import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { newKeyPair } from '@branchline/runtime/web/x509';
import { requestOf } from '../test-bed.ts';
import { brokerCertificate, openAuthority } from './authority.ts';
import { enrol } from './enrol.ts';

const clock = new ManualClock(Date.now());
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'enrol-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('the authority', () => {
  it('is made once, and its key is nobody else’s to read', async () => {
    const first = await openAuthority(dir, 'acme', clock);
    expect((await openAuthority(dir, 'acme', clock)).cert).toBe(first.cert);
    expect(statSync(join(dir, 'ca.key')).mode & 0o777).toBe(0o600);
    rmSync(join(dir, 'ca.crt'));
    await expect(openAuthority(dir, 'acme', clock)).rejects.toThrow(/backup/);
  });

  it('gives the broker a certificate for its names, and a new one when they change', async () => {
    const authority = await openAuthority(dir, 'acme', clock);
    const names = ['127.0.0.1', 'localhost'];
    const own = await brokerCertificate(authority, dir, names, clock);
    expect((await brokerCertificate(authority, dir, names, clock)).cert).toBe(own.cert);
    const more = await brokerCertificate(authority, dir, [...names, 'hq.example'], clock);
    expect(new X509Certificate(more.cert).checkHost('hq.example')).toBe('hq.example');
  });
});

describe('enrolment', () => {
  it('signs the box’s own key under the name headquarters gave', async () => {
    const authority = await openAuthority(dir, 'acme', clock);
    const csr = await requestOf(await newKeyPair(), 'hangzhou');
    const { cert, fingerprint } = await enrol(authority, { tenant: 'acme', box: 'hangzhou', csr });
    const read = new X509Certificate(cert);
    expect(read.subject).toBe('O=acme\nCN=hangzhou');
    expect(read.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
    expect(read.fingerprint256).toBe(fingerprint);
  });

  it('refuses bad names, the request of another box, a spoilt request, a weak key', async () => {
    const authority = await openAuthority(dir, 'acme', clock);
    const csr = await requestOf(await newKeyPair(), 'hangzhou');
    const refused = (box: string, request = csr): Promise<unknown> =>
      enrol(authority, { tenant: 'acme', box, csr: request });
    for (const name of ['', 'Hangzhou', 'a/b', '+', '-a', 'x'.repeat(41), '../x', 'a\nb'])
      await expect(refused(name)).rejects.toThrow(/cannot be a box's name/);
    await expect(refused('beijing')).rejects.toThrow(/is of 'hangzhou'/);
    await expect(refused('hangzhou', 'hello')).rejects.toThrow(/not a certificate request/);
    const spoilt = csr.replace(/.{8}\n-----END/, 'AAAAAAA=\n-----END');
    await expect(refused('hangzhou', spoilt)).rejects.toThrow();
  });
});

describe('the command', () => {
  const run = (args: readonly string[]): string =>
    execFileSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
      env: { BRANCHLINE_HQ_DATA_DIR: join(dir, 'data'), BRANCHLINE_HQ_TENANT: 'acme' },
      encoding: 'utf8',
      stdio: 'pipe',
    });

  it('writes the certificate and the authority’s beside it', async () => {
    writeFileSync(join(dir, 'box.csr'), await requestOf(await newKeyPair(), 'hangzhou'));
    run(['enrol', '--csr', join(dir, 'box.csr'), '--box', 'hangzhou', '--out', join(dir, 'out')]);
    expect(statSync(join(dir, 'out/box.crt')).size).toBeGreaterThan(100);
    expect(statSync(join(dir, 'out/ca.crt')).size).toBeGreaterThan(100);
  });

  it('says what is missing', () => {
    expect(() => run(['enrol'])).toThrow(/usage/);
  });
});
