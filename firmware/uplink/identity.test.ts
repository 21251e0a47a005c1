import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { detailText } from '@branchline/contracts/alarm-detail';
import { readIdentity, type Whose } from './identity.ts';
import { throwAwayPki } from './testing/pki.ts';

let whose: Whose;
const file = (name: string): string => join(whose.identityDir, name);
const why = async (who = whose): Promise<string> => {
  const reading = await readIdentity(who);
  return reading.fit ? 'fit' : detailText(reading.why, 'en');
};

beforeEach(() => {
  const dir = mkdtempSync(join(tmpdir(), 'identity-'));
  whose = { identityDir: join(dir, 'identity'), tenant: 'acme', box: 'box-1' };
});
afterEach(() => rmSync(join(whose.identityDir, '..'), { recursive: true }));

test('at first start a key is made for the box alone, with a request beside it', async () => {
  expect(await why()).toMatch(/not enrolled: box.crt, ca.crt missing/);
  expect(statSync(file('box.key')).mode & 0o777).toBe(0o600);
  expect(readFileSync(file('box.csr'), 'utf8')).toContain('BEGIN CERTIFICATE REQUEST');
});

test('key and request stay the same while it waits', async () => {
  await why();
  const before = [readFileSync(file('box.key'), 'utf8'), readFileSync(file('box.csr'), 'utf8')];
  await why();
  expect([readFileSync(file('box.key'), 'utf8'), readFileSync(file('box.csr'), 'utf8')]).toEqual(before);
});

test('the request follows the name of the box', async () => {
  await why();
  const before = readFileSync(file('box.csr'), 'utf8');
  await why({ ...whose, box: 'box-2' });
  expect(readFileSync(file('box.csr'), 'utf8')).not.toBe(before);
});

test('enrolled, it is fit', async () => {
  await why();
  await (await throwAwayPki()).enrol(whose.identityDir);
  expect((await readIdentity(whose)).fit).toBe(true);
});

test('a certificate for another box, of another root, or for another key is refused with its reason', async () => {
  const pki = await throwAwayPki();
  await why();
  await pki.enrol(whose.identityDir, { box: 'box-9' });
  expect(await why()).toMatch(/names the box 'box-9', the settings say 'box-1'/);

  await pki.enrol(whose.identityDir);
  writeFileSync(file('ca.crt'), (await throwAwayPki()).ca);
  expect(await why()).toMatch(/not issued by ca.crt/);

  await pki.enrol(whose.identityDir);
  rmSync(file('box.key'));
  expect(await why()).toMatch(/made for another key/);
});

test('damaged files are named', async () => {
  await why();
  await (await throwAwayPki()).enrol(whose.identityDir);
  writeFileSync(file('box.crt'), 'half a certif');
  expect(await why()).toMatch(/box.crt is not a certificate/);
  writeFileSync(file('box.key'), 'half a key');
  await expect(readIdentity(whose)).rejects.toThrow(/box.key is not a private key/);
});

test('a key that others may read is closed to them', async () => {
  await why();
  chmodSync(file('box.key'), 0o644);
  await why();
  expect(statSync(file('box.key')).mode & 0o777).toBe(0o600);
  expect(existsSync(file('box.csr'))).toBe(true);
});
