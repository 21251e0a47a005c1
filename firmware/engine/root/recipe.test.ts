import { describe, expect, it } from 'vitest';
import { engineVersion, isAtLeast, mmdebstrapArgs, saysIndexExpired, stepsOf } from './recipe.ts';

describe('the recipe of an engine root', () => {
  it('checks freshness unless told otherwise', () => {
    const strict = mmdebstrapArgs({ suite: 'sid', allowExpiredIndex: false }, { dir: '/x' });
    const lenient = mmdebstrapArgs({ suite: 'sid', allowExpiredIndex: true }, { dir: '/x' });
    expect(lenient.filter((arg) => !strict.includes(arg))).toEqual([
      '--aptopt=Acquire::Check-Valid-Until "false"',
    ]);
  });

  it('makes a tar as an ordinary user, from the mirror that was named', () => {
    const args = mmdebstrapArgs(
      { suite: 'sid', allowExpiredIndex: false, mirror: 'http://mirror.example/debian' },
      'tar',
    );
    expect(args).toContain('--mode=unshare');
    expect(args.slice(-3)).toEqual(['sid', '-', 'http://mirror.example/debian']);
  });

  it('knows an index that is out of date by what apt says of it', () => {
    expect(
      saysIndexExpired('E: Release file for http://x/dists/sid/InRelease is expired (invalid since 15d).'),
    ).toBe(true);
    expect(saysIndexExpired('E: Unable to locate package asterisk')).toBe(false);
  });

  it('takes for a step what is one', () => {
    const output =
      'I: running apt-get update...\nI: main() received signal PIPE: waiting for setup...\nE: setup failed\nI: success in 3 seconds\n';
    expect(stepsOf(output)).toEqual(['running apt-get update...', 'success in 3 seconds']);
  });

  it('reads the upstream version of the package', () => {
    const status =
      'Package: asterisk-config\nVersion: 1:1.0\n\nPackage: asterisk\nStatus: ok\nVersion: 1:22.10.1+dfsg+~cs6-1\n';
    expect(engineVersion(status)).toBe('22.10.1');
    expect(engineVersion('Package: other\nVersion: 1\n')).toBeUndefined();
  });

  it.each([
    ['22.10.1', true],
    ['22.11', true],
    ['23.0.0', true],
    ['22.10', false],
    ['22.9.9', false],
    ['20.19.0', false],
  ])('%s is new enough: %s', (version, enough) => {
    expect(isAtLeast(version, '22.10.1')).toBe(enough);
  });
});
