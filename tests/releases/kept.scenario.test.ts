/** Headquarters takes releases in, believes those that a known key signed, and gives them to boxes that have standing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { releasePathOf } from '@branchline/contracts/fleet/releases';
import type { KeptRelease } from '@branchline/contracts/http/releases';
import { Bed, type Certificate } from '@branchline/controller/test-bed';
import { newKeys } from '@branchline/runtime/signed-archive/signature';
import { ARCHITECTURE, madeRelease } from './made.ts';

const dir = mkdtempSync(join(tmpdir(), 'kept-'));
const keys = newKeys();
const bed = new Bed({ BRANCHLINE_HQ_RELEASE_KEYS: dir });
let cookie: string;
let certificate: Certificate;

beforeAll(async () => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'ours.pub'), keys.publicKey);
  certificate = await bed.enrol('shop');
  await bed.start();
  ({ cookie } = await bed.signIn());
});
afterAll(async () => {
  await bed.end();
  rmSync(dir, { recursive: true });
});

const post = (body: Buffer, type = 'application/gzip'): Promise<Response> =>
  bed.api('/api/releases', {
    method: 'POST',
    headers: { cookie, 'content-type': type },
    body: new Uint8Array(body),
  });
const listed = async (): Promise<KeptRelease[]> => {
  const answer = await bed.api('/api/releases', { headers: { cookie } });
  return ((await answer.json()) as { releases: KeptRelease[] }).releases;
};

interface Fetched {
  readonly status: number;
  readonly body: Buffer;
}

function fetched(path: string, as: Certificate, range?: string): Promise<Fetched> {
  const port = bed.headquarters.where().releasesPort ?? 0;
  return new Promise((resolve, reject) => {
    const { cert, key, ca } = as;
    const headers = range === undefined ? {} : { range };
    const asked = request(
      { host: '127.0.0.1', port, path, cert, key, ca, headers, agent: false },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces) }));
        answer.on('error', reject);
      },
    );
    asked.on('error', reject).end();
  });
}

test('a release that a known key signed is kept, listed, and fetched by a box from any byte on', async () => {
  const archive = await madeRelease({ 'a/b': 'x'.repeat(5_000) }, keys.privateKey, { version: '1.5.0' });
  const answer = await post(archive);
  expect(await answer.json()).toMatchObject({
    version: '1.5.0',
    bytes: archive.length,
    unpackedBytes: 5_000,
  });
  // The same again is no fault.
  expect((await post(archive)).status).toBe(200);
  expect(await listed()).toMatchObject([{ version: '1.5.0', architecture: ARCHITECTURE, by: 'admin' }]);

  const path = releasePathOf({ version: '1.5.0', architecture: ARCHITECTURE });
  expect(await fetched(path, certificate)).toEqual({ status: 200, body: archive });
  expect(await fetched(path, certificate, 'bytes=100-')).toEqual({
    status: 206,
    body: archive.subarray(100),
  });
  expect(await fetched(path, certificate, `bytes=${archive.length}-`)).toMatchObject({ status: 416 });
  expect(await fetched('/releases/9.9.9/x64', certificate)).toMatchObject({ status: 404 });
});

test('what no known key signed is refused in words, and so is another archive of a version that is here', async () => {
  const foreign = await madeRelease({ a: 'x' }, newKeys().privateKey, { version: '1.6.0' });
  const refused = await post(foreign);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ code: 'release-refused', field: 'body' });
  const other = await madeRelease({ a: 'y' }, keys.privateKey, { version: '1.5.0' });
  expect(await (await post(other)).json()).toMatchObject({ code: 'release-taken', value: '1.5.0' });
  expect(await (await post(other, 'application/json')).json()).toMatchObject({ code: 'not-gzip' });
  expect((await listed()).map(({ version }) => version)).toEqual(['1.5.0']);
});

test('nobody but a box with standing fetches, and nobody but the owner brings', async () => {
  const path = releasePathOf({ version: '1.5.0', architecture: ARCHITECTURE });
  await expect(fetched(path, { ...certificate, cert: '', key: '' })).rejects.toThrow();
  const without = await bed.api('/api/releases', {
    method: 'POST',
    headers: { 'content-type': 'application/gzip' },
  });
  expect(without.status).toBe(401);
});

test('what is kept is there after a restart, until it is dropped', async () => {
  await bed.stop();
  await bed.start();
  expect((await listed()).map(({ version }) => version)).toEqual(['1.5.0']);
  const dropped = await bed.api(`/api/releases/1.5.0/${ARCHITECTURE}`, {
    method: 'DELETE',
    headers: { cookie },
  });
  expect(dropped.status).toBe(200);
  expect(await listed()).toEqual([]);
});
