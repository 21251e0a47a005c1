/** A box fetches a release over a line that is cut: it goes on where its file ends, and no faster than was said. Both sides are those that ship. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { releasePathOf } from '@branchline/contracts/fleet/releases';
import { Bed, type Certificate } from '@branchline/controller/test-bed';
import { fetchArchive, type FetchOrder } from '@branchline/firmware/release/fetching';
import { swallowingLine, type Line } from '@branchline/firmware/uplink/testing/line';
import { ManualClock, systemClock } from '@branchline/runtime/clock';
import { newKeys } from '@branchline/runtime/signed-archive/signature';
import { ARCHITECTURE, madeRelease } from './made.ts';

const dir = mkdtempSync(join(tmpdir(), 'fetched-'));
const keys = newKeys();
const bed = new Bed({ BRANCHLINE_HQ_RELEASE_KEYS: dir });
const to = join(dir, 'archive');
let line: Line;
let certificate: Certificate;
let archive: Buffer;
let order: FetchOrder;

beforeAll(async () => {
  writeFileSync(join(dir, 'ours.pub'), keys.publicKey);
  certificate = await bed.enrol('shop');
  await bed.start();
  const { cookie } = await bed.signIn();
  archive = await madeRelease({ 'a/b': randomBytes(3_000_000) }, keys.privateKey, { version: '1.5.0' });
  const headers = { cookie, 'content-type': 'application/gzip' };
  await bed.api('/api/releases', { method: 'POST', headers, body: new Uint8Array(archive) });
  line = await swallowingLine(bed.headquarters.where().releasesPort ?? 0);
  order = {
    ...{ host: '127.0.0.1', port: line.port, bytes: archive.length, kbitS: 1_000_000 },
    path: releasePathOf({ version: '1.5.0', architecture: ARCHITECTURE }),
  };
});
afterAll(async () => {
  line.close();
  await bed.end();
  rmSync(dir, { recursive: true });
});

const parts = (onBytes: (have: number) => void, signal = new AbortController().signal) => ({
  ...{ clock: systemClock, identity: certificate, to, signal, onBytes },
});

test('cut in the middle it goes on where the file ends', async () => {
  const cut = fetchArchive(
    order,
    parts((have) => {
      if (have > 500_000) line.drop();
    }),
  );
  await expect(cut).rejects.toThrow();
  const there = statSync(to).size;
  expect(there).toBeGreaterThan(500_000);
  expect(there).toBeLessThan(archive.length);
  const begun: number[] = [];
  await fetchArchive(
    order,
    parts((have) => begun.push(have)),
  );
  expect(begun[0]).toBe(there);
  expect(readFileSync(to).equals(archive)).toBe(true);
  // Root reads it, who is of the group.
  expect(statSync(to).mode & 0o777).toBe(0o640);
  // What is whole is not asked for again, and what is longer than it should be is of another archive.
  await fetchArchive(
    { ...order, port: 1 },
    parts(() => undefined),
  );
  writeFileSync(to, 'x', { flag: 'a' });
  await fetchArchive(
    order,
    parts(() => undefined),
  );
  expect(readFileSync(to).equals(archive)).toBe(true);
});

test('it takes no more of the line than was said', async () => {
  rmSync(to);
  const clock = new ManualClock();
  const giveUp = new AbortController();
  let have = 0;
  const fetching = fetchArchive(
    { ...order, kbitS: 1_000 },
    { ...parts((bytes) => (have = bytes), giveUp.signal), clock },
  );
  await expect.poll(() => have).toBeGreaterThan(0);
  // A thousand kbit/s are 125 bytes a millisecond: until they are over, nothing more is taken.
  const first = have;
  clock.advance(first / 125 - 1);
  expect(have).toBe(first);
  clock.advance(1);
  await expect.poll(() => have).toBeGreaterThan(first);
  giveUp.abort();
  await expect(fetching).rejects.toThrow();
});

test('what headquarters has no more is said by its address', async () => {
  rmSync(to, { force: true });
  const gone = fetchArchive(
    { ...order, path: '/releases/9.9.9/x64' },
    parts(() => undefined),
  );
  await expect(gone).rejects.toThrow('headquarters answered 404 for /releases/9.9.9/x64');
});
