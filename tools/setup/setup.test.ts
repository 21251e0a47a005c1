import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The door runs before there is a compiler, so it is plain JavaScript, and what it offers is said here. */
interface Packages {
  readonly packagesFit: (tree: string) => boolean;
  readonly howFar: (tree: string) => string;
}
interface System {
  readonly ALL: readonly string[];
  readonly progressOf: (line: string) => string | undefined;
}
interface Ownership {
  readonly inTheWay: (tree: string, uid: number) => string | undefined;
}
const load = (file: string): Promise<unknown> => import(new URL(file, import.meta.url).href);
const { packagesFit, howFar } = (await load('./packages.mjs')) as Packages;
const { inTheWay } = (await load('./ownership.mjs')) as Ownership;
const { ALL, progressOf } = (await load('./system.mjs')) as System;

const NODE = `node_modules/node-${process.platform}-${process.arch}`;
const LOCK = {
  '': { name: 'branchline' },
  'node_modules/@branchline/lab': { resolved: 'lab', link: true },
  'node_modules/alpha': { version: '1.0.0' },
  'node_modules/beta': { version: '2.0.0' },
  'node_modules/for-another-machine': { version: '3.0.0', optional: true },
  [NODE]: { version: '24.21.0', optional: true },
};

let tree = '';
const write = (path: string, content: unknown): void => {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), JSON.stringify(content));
};
const install = (...paths: readonly string[]): void => {
  for (const path of paths) write(`${path}/package.json`, {});
};
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'branchline-setup-'));
  write('package-lock.json', { packages: LOCK });
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

describe('the packages of npm', () => {
  const { 'node_modules/for-another-machine': _other, '': _root, ...here } = LOCK;

  it('fit when all that is for this machine is there', () => {
    write('node_modules/.package-lock.json', { packages: here });
    write('node_modules/.bin/node', '');
    expect(packagesFit(tree)).toBe(true);
  });

  it('do not fit without the Node of the repository', () => {
    write('node_modules/.package-lock.json', { packages: here });
    expect(packagesFit(tree)).toBe(false);
  });

  it.each([
    ['one is missing', { [NODE]: LOCK[NODE], 'node_modules/alpha': { version: '1.0.0' } }],
    ['one is of another version', { ...here, 'node_modules/beta': { version: '1.9.9' } }],
  ])('do not fit when %s', (_why, packages) => {
    write('node_modules/.package-lock.json', { packages });
    write('node_modules/.bin/node', '');
    expect(packagesFit(tree)).toBe(false);
  });

  it('are counted while they arrive, the Node of this machine among them', () => {
    expect(howFar(tree)).toBe('0 of 3');
    install('node_modules/alpha', NODE);
    expect(howFar(tree)).toBe('2 of 3');
  });
});

describe("Debian's packages", () => {
  it('are the ones that the README names', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, line = ''] = /^sudo apt-get install -y --no-install-recommends (.+)$/m.exec(readme) ?? [];
    expect(line.split(' ').sort()).toEqual([...ALL].sort());
  });

  it.each([
    ['dlstatus:3:12.5000:Retrieving file 3 of 11', 'fetched 13 %'],
    ['pmstatus:uidmap:60.0000:Unpacking uidmap (amd64)', 'set up 60 %'],
    ['Unpacking uidmap (1:4.13+dfsg1-1) ...', undefined],
  ])('%s is heard as %s', (line, phrase) => {
    expect(progressOf(line)).toBe(phrase);
  });
});

describe('a clone that another user has worked in', () => {
  const me = process.getuid?.() ?? 0;
  const isRoot = me === 0;

  it('is no obstacle when all of it is ours', () => {
    mkdirSync(join(tree, '.branchline/box'), { recursive: true });
    expect(inTheWay(tree, me)).toBeUndefined();
  });

  it.runIf(isRoot)("is refused to root when its data are a user's", () => {
    mkdirSync(join(tree, '.branchline'));
    chownSync(join(tree, '.branchline'), 1234, 1234);
    expect(inTheWay(tree, 0)).toContain('the user with the number 1234: work as that user');
  });

  it.skipIf(isRoot)('is refused to a user who may not write it, with the line that mends it', () => {
    mkdirSync(join(tree, 'dist/chunks'), { recursive: true });
    chmodSync(join(tree, 'dist/chunks'), 0o555);
    expect(inTheWay(tree, me)).toMatch(/may not write dist\/chunks: .*\n {2}sudo chown -R "\$USER": /);
  });
});

describe('what npm is told', () => {
  // With a lock file npm forgets that better-sqlite3 brings its binary, and compiles it where there is a compiler.
  it('is to run no script of a package: whatever needs one would need a compiler or a second download', () => {
    expect(readFileSync(new URL('../../.npmrc', import.meta.url), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  });
});
