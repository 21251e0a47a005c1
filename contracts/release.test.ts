import { expect, it } from 'vitest';
import { releaseManifest, releasePath } from './release.ts';

it.each(['../a', 'a/../b', '/a', 'a//b', 'a/', './a', 'a/..', '..', 'a\\b', 'a b', '', 'a\0b', 'a\n'])(
  'refuses the path %j',
  (path) => {
    expect(releasePath.safeParse(path).success).toBe(false);
  },
);

it.each(['package.json', 'node_modules/.bin/node', 'node_modules/@a/b/x..y.js'])(
  'takes the path %s',
  (path) => {
    expect(releasePath.safeParse(path).success).toBe(true);
  },
);

const file = (path: string) => ({ path, bytes: 1, sha256: 'a'.repeat(64), program: false });
const manifest = (...paths: string[]) => ({
  v: 1,
  version: '0.1.0',
  commit: 'c'.repeat(40),
  architecture: 'x64',
  engine: '22.10.1',
  schema: { box: 1, hq: 1 },
  files: paths.map(file),
});

it('lists each path once, sorted; what a later version adds is ignored', () => {
  expect(releaseManifest.safeParse(manifest('a', 'b')).success).toBe(true);
  expect(releaseManifest.safeParse({ ...manifest('a'), later: 1 }).success).toBe(true);
  expect(releaseManifest.safeParse(manifest('b', 'a')).success).toBe(false);
  expect(releaseManifest.safeParse(manifest('a', 'a')).success).toBe(false);
});
