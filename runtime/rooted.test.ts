import { describe, expect, it } from 'vitest';
import { accountOf, rootedCommand } from './rooted.ts';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = {
  root: '/opt/tree',
  binds: [
    { from: '/srv/a', to: '/etc/a', readOnly: true },
    { from: '/srv/b', to: '/run/b' },
  ],
  user: 'daemon',
  argv: ['/usr/bin/program', '--flag', "it's; $(here)"] as const,
};
const tail = (args: readonly string[]): readonly string[] => args.slice(args.indexOf('rooted'));

describe('rootedCommand', () => {
  it('hands everything over as arguments, so that no shell reads a path or a word of the program', () => {
    const { file, args } = rootedCommand({ ...program, argv: [...program.argv] }, true);
    expect(file).toBe('/usr/bin/unshare');
    expect(args.slice(0, 3)).toEqual(['-m', '--propagation', 'private']);
    expect(tail(args)).toEqual([
      ...['rooted', '/opt/tree', 'daemon', 'ro', '/srv/a', '/etc/a', 'rw', '/srv/b', '/run/b', '--'],
      ...program.argv,
    ]);
  });

  it('makes an ordinary user root of a namespace of its own, and asks for no other account', () => {
    const { args } = rootedCommand({ ...program, argv: [...program.argv] }, false);
    expect(args[0]).toBe('-Urm');
    expect(tail(args)[2]).toBe('');
  });

  it.each([
    { ...program, root: 'tree' },
    { ...program, argv: ['program'] as const },
    { ...program, binds: [{ from: 'a', to: '/a' }] },
    { ...program, binds: [{ from: '/a', to: '../a' }] },
  ])('refuses a path that depends on where it is read from', (wrong) => {
    expect(() => rootedCommand({ ...wrong, argv: [wrong.argv[0], ...wrong.argv.slice(1)] }, true)).toThrow(
      /not absolute/,
    );
  });
});

describe('accountOf', () => {
  it('reads the numbers from the tree, and names the tree when the account is missing', () => {
    const root = mkdtempSync(join(tmpdir(), 'rooted-'));
    try {
      mkdirSync(join(root, 'etc'));
      writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\ndaemon:x:7:8::/:/bin/false\n');
      expect(accountOf(root, 'daemon')).toEqual({ uid: 7, gid: 8 });
      expect(() => accountOf(root, 'nobody')).toThrow(root);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
