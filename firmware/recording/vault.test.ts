import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileName, Vault } from './vault.ts';
import { RECORDED, wavHeader } from './wav.ts';

const DAY = Date.UTC(2026, 0, 5, 2);

describe('the vault', () => {
  let dir: string;
  let vaultDir: string;
  let vault: Vault;
  const raw = (content: Uint8Array): string => {
    const path = join(dir, 'call.raw');
    writeFileSync(path, content);
    return path;
  };
  const sound = (bytes: number): Buffer => Buffer.from(Array.from({ length: bytes }, (_, n) => n % 251));

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'vault-'));
    vaultDir = join(dir, 'recordings');
    vault = new Vault(vaultDir);
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('makes a WAV file of the raw sound, says what it is, and lets the raw file go', async () => {
    const data = sound(64_000);
    const from = raw(data);
    const kept = await vault.take('call-1', from, DAY);
    const file = readFileSync(kept.path);
    expect(kept.path).toBe(join(vaultDir, '2026-01-05', 'call-1.wav'));
    expect(file.equals(Buffer.concat([wavHeader(RECORDED, 64_000), data]))).toBe(true);
    expect(kept).toMatchObject({
      bytes: 64_044,
      durationMs: 2_000,
      sha256: createHash('sha256').update(file).digest('hex'),
    });
    expect(existsSync(from)).toBe(false);
    expect(readdirSync(dirname(kept.path))).toEqual(['call-1.wav']);
  });

  test('copies a sound that is longer than one piece without losing or doubling any', async () => {
    const data = sound(2 * 256 * 1024 + 4_000);
    const { path } = await vault.take('long', raw(data), DAY);
    expect(readFileSync(path).subarray(44).equals(data)).toBe(true);
  });

  test.each([1, 2, 3])('cuts %i odd bytes off, so that left stays left', async (odd) => {
    const data = sound(400 + odd);
    const { path, bytes } = await vault.take('odd', raw(data), DAY);
    const file = readFileSync(path);
    expect(bytes).toBe(444);
    expect(file).toHaveLength(444);
    expect(file.readUInt32LE(40)).toBe(400);
    expect(file.subarray(44).equals(data.subarray(0, 400))).toBe(true);
  });

  test('keeps the raw file, and shows nothing, when it cannot take it', async () => {
    const from = raw(sound(400));
    writeFileSync(join(vaultDir, '2026-01-05'), 'in the way of the folder of the day');
    await expect(vault.take('call-1', from, DAY)).rejects.toThrow();
    expect(existsSync(from)).toBe(true);
    expect(vault.find('call-1')).toBeUndefined();
  });

  test('finds a recording whatever its day, and none that is half written', async () => {
    const { path } = await vault.take('call-1', raw(sound(8)), DAY);
    await vault.take('call-2', raw(sound(8)), DAY + 86_400_000);
    mkdirSync(join(vaultDir, '2026-01-07'));
    writeFileSync(join(vaultDir, '2026-01-07', 'call-3.wav.part'), '');
    expect(vault.find('call-1')).toEqual({ path, finished: true });
    expect(vault.find('call-2')?.path).toContain('2026-01-06');
    expect(vault.find('call-3')).toBeUndefined();
  });

  const escapes = [
    '../../x',
    '/etc/passwd',
    '..',
    '.',
    '...',
    '..\\x',
    'a/../../b',
    'a\0b',
    '.hidden',
    '%2e%2e/x',
  ];
  test.each(escapes)('the name %j leads to a file in the folder of the day', async (name) => {
    const folder = join(vaultDir, '2026-01-05');
    const { path } = await vault.take(name, raw(sound(8)), DAY);
    expect(dirname(resolve(path))).toBe(folder);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(vault.find(name)?.path).toBe(path);
    expect(fileName(name)).not.toMatch(/^\./);
    expect(fileName(name)).not.toContain(sep);
  });

  test('a finished file from elsewhere is moved to its day', () => {
    const file = join(vaultDir, 'arriving.part');
    writeFileSync(file, 'RIFF');
    vault.admit('stand-in-1.4', file, DAY);
    expect(vault.find('stand-in-1.4')?.path).toBe(join(vaultDir, '2026-01-05/stand-in-1.4.wav'));
    expect(existsSync(file)).toBe(false);
  });

  test('a name of the engine stays as it is', () => {
    expect(fileName('1767578400.12')).toBe('1767578400.12');
    expect(fileName('bl-01JG_x.raw')).toBe('bl-01JG_x.raw');
  });

  test('does not find what lies outside under a name that leads there', () => {
    mkdirSync(join(vaultDir, '2026-01-05'));
    writeFileSync(join(dir, 'secret.wav'), '');
    expect(vault.find('../../secret')).toBeUndefined();
  });
});
