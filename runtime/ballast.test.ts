import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ballast } from './ballast.ts';

const MB = 1024 * 1024;

describe('ballast', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ballast-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('takes its room once, and gives it back', async () => {
    const path = join(dir, 'ballast');
    const reserve = ballast(path, 2);
    expect(reserve.release()).toBe(false);
    expect(await reserve.hold()).toBe(true);
    expect(await reserve.hold()).toBe(true);
    expect(statSync(path).size).toBe(2 * MB);
    expect(reserve.release()).toBe(true);
    expect(existsSync(path)).toBe(false);
  });

  test('given back while it is made, it is gone', async () => {
    const reserve = ballast(join(dir, 'ballast'), 8);
    const making = reserve.hold();
    await new Promise((resolve) => setImmediate(resolve));
    reserve.release();
    await making;
    expect(reserve.release()).toBe(false);
  });

  test('what cannot be let go makes no room, and throws nothing at who is in need', () => {
    expect(ballast(dir, 1).release()).toBe(false);
  });

  test('is not what fills a disk', async () => {
    expect(await ballast(join(dir, 'ballast'), 1e9).hold()).toBe(false);
    expect(existsSync(join(dir, 'ballast'))).toBe(false);
  });
});
