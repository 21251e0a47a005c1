/** `npm run release` as a person types it: keys, and an archive shown and unpacked. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { madeRelease } from './made.ts';

const tool = fileURLToPath(new URL('../../tools/release/main.ts', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'release-tool-'));
afterAll(() => rmSync(dir, { recursive: true }));

function release(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], {
    encoding: 'utf8',
    cwd: dir,
  });
  return { status, said: stdout + stderr };
}

test('makes keys, shows an archive, unpacks it, and refuses a key that did not sign it', async () => {
  expect(release('keygen', 'ours')).toMatchObject({ status: 0 });
  expect(release('keygen', 'other')).toMatchObject({ status: 0 });
  const key = readFileSync(join(dir, 'ours.key'), 'utf8');
  writeFileSync(join(dir, 'r'), await madeRelease({ 'a/b': 'x' }, key, { version: '1.5.0' }));
  expect(release('show', 'r', '--key', 'ours.pub').said).toContain('release 1.5.0');
  expect(release('unpack', 'r', '--key', 'other.pub', '--into', 'there').said).toContain(
    'no key that is known',
  );
  expect(existsSync(join(dir, 'there'))).toBe(false);
  expect(release('unpack', 'r', '--key', 'ours.pub', '--into', 'there')).toMatchObject({ status: 0 });
  expect(readFileSync(join(dir, 'there/a/b'), 'utf8')).toBe('x');
});
