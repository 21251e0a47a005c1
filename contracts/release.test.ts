import { expect, it } from 'vitest';
import { compareVersions, hindrance, releaseManifest, releasePath } from './release.ts';

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
  schema: { box: 1, hq: 1, access: 1 },
  oldestBack: { box: 1, hq: 1, access: 1 },
  files: paths.map(file),
});

it('lists each path once, sorted; what a later version adds is ignored', () => {
  expect(releaseManifest.safeParse(manifest('a', 'b')).success).toBe(true);
  expect(releaseManifest.safeParse({ ...manifest('a'), later: 1 }).success).toBe(true);
  expect(releaseManifest.safeParse(manifest('b', 'a')).success).toBe(false);
  expect(releaseManifest.safeParse(manifest('a', 'a')).success).toBe(false);
});

it('a release reads its own data, whatever else does', () => {
  const later = { ...manifest('a'), oldestBack: { box: 2, hq: 1, access: 1 } };
  expect(releaseManifest.safeParse(later).error?.issues).toMatchObject([{ path: ['oldestBack', 'box'] }]);
});

const schemas = (box: number, access: number) => ({ box, hq: 1, access });
it.each([
  [schemas(5, 2), schemas(5, 2), undefined],
  [schemas(5, 2), schemas(9, 9), undefined],
  [schemas(5, 2), schemas(4, 2), 'box'],
  [schemas(5, 2), schemas(5, 1), 'access'],
])('data readable from %j on, given to programs of %j: hindered by %s', (from, to, by) => {
  const written = { schema: schemas(9, 9), oldestBack: from };
  expect(hindrance(written, { schema: to, oldestBack: to })).toBe(by);
});

it.each([
  ['1.2.3', '1.2.3', 0],
  ['1.2.9', '1.2.10', -1],
  ['2.0.0', '1.99.99', 1],
  ['1.10.0', '1.9.9', 1],
])('%s beside %s: %i', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});
