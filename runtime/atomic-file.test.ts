import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasCode, readIfThere, writeFileAtomic } from './atomic-file.ts';

describe('files that are wholly old or wholly new', () => {
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'atomic-'));
    path = join(dir, 'file');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('are written with their mode, and nothing stays beside them', () => {
    writeFileAtomic(path, '中文', 0o600);
    expect(readIfThere(path)).toBe('中文');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['file']);
  });

  test('take the place of a longer one, with the new mode', () => {
    writeFileSync(path, 'x'.repeat(10_000), { mode: 0o644 });
    writeFileAtomic(path, new Uint8Array([1, 2, 3]), 0o600);
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('stay as they were when the new one cannot be put in place', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'inside'), 'kept');
    expect(() => writeFileAtomic(path, 'new')).toThrow();
    expect(readIfThere(join(path, 'inside'))).toBe('kept');
  });

  test('a folder that is not there is said by its code', () => {
    expect(() => writeFileAtomic(join(dir, 'nowhere', 'file'), 'x')).toThrow(
      expect.objectContaining({ code: 'ENOENT' }) as Error,
    );
  });

  test('reading gives nothing only where there is nothing', () => {
    expect(readIfThere(path)).toBeUndefined();
    writeFileSync(path, '');
    expect(readIfThere(path)).toBe('');
    expect(() => readIfThere(dir)).toThrow(expect.objectContaining({ code: 'EISDIR' }) as Error);
    expect(() => readIfThere(join(path, 'below'))).toThrow(
      expect.objectContaining({ code: 'ENOTDIR' }) as Error,
    );
  });
});

test('a code is that of an error only', () => {
  expect(hasCode(Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT')).toBe(true);
  expect(hasCode(new Error('ENOENT'), 'ENOENT')).toBe(false);
  expect(hasCode({ code: 'ENOENT' }, 'ENOENT')).toBe(false);
});
