import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ArchiveFile, readArchive } from './read.ts';
import { newKeys, signText } from './signature.ts';
import { padding, tarHeader } from './tar.ts';
import { unpackArchive } from './unpack.ts';
import { writeArchive } from './write.ts';

const ours = newKeys();
const next = newKeys();
const other = newKeys();
const CONTENT: Readonly<Record<string, string>> = { 'bin/run': '#!/bin/sh\n', 'lib/a.mjs': 'a'.repeat(1300) };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const rules = (keys: string[] = [ours.publicKey]) => ({
  keys,
  manifest: (text: string) => JSON.parse(text) as { files: ArchiveFile[] },
  atMost: 10_000,
});
const files = Object.entries(CONTENT).map(([path, text]) => ({
  path,
  bytes: text.length,
  sha256: createHash('sha256').update(text).digest('hex'),
  program: path.startsWith('bin/'),
}));
const manifest = Buffer.from(JSON.stringify({ files }));

async function written(by = [ours.privateKey]): Promise<string> {
  for (const [path, text] of Object.entries(CONTENT)) {
    mkdirSync(join(folder, 'src', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'src', path), text);
  }
  const path = join(folder, 'release.tar.gz');
  const signatures = by.map((key) => signText(manifest, key));
  await writeArchive(path, { manifest, signatures, files, folder: join(folder, 'src') });
  return path;
}
const read = (bytes: Buffer, keys?: string[]) => readArchive(Readable.from([bytes]), rules(keys));
/** An archive of these members as they are, whatever they are. */
function crafted(members: readonly [name: string, text: string, kind?: string][]): Buffer {
  const blocks = members.flatMap(([name, text, kind]) => {
    const header = tarHeader({ name, bytes: text.length }, false);
    if (!header) throw new Error(name);
    if (kind) header.fill(kind, 156, 157);
    header.fill(' ', 148, 156);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, Buffer.from(text), Buffer.alloc(padding(text.length))];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
function signedWith(list: readonly ArchiveFile[], members: readonly [string, string, string?][]): Buffer {
  const text = Buffer.from(JSON.stringify({ files: list }));
  const signatures = JSON.stringify([signText(text, ours.privateKey)]);
  return crafted([['manifest.json', text.toString()], ['signatures.json', signatures], ...members]);
}

it('is unpacked as it was written, programs as programs', async () => {
  const { signer } = await unpackArchive(await written(), join(folder, 'out'), rules());
  expect(signer).toMatch(/^[0-9a-f]{16}$/);
  for (const [path, text] of Object.entries(CONTENT))
    expect(readFileSync(join(folder, 'out', path), 'utf8')).toBe(text);
  expect(statSync(join(folder, 'out/bin/run')).mode & 0o777).toBe(0o755);
  expect(statSync(join(folder, 'out/lib/a.mjs')).mode & 0o777).toBe(0o644);
});

it('is the same bytes when written again', async () => {
  const first = readFileSync(await written());
  rmSync(join(folder, 'src'), { recursive: true });
  expect(readFileSync(await written()).equals(first)).toBe(true);
});

it('is good when either of two keys is known, and refused when none is', async () => {
  const both = readFileSync(await written([ours.privateKey, next.privateKey]));
  await expect(read(both, [next.publicKey])).resolves.toBeDefined();
  await expect(read(both, [ours.publicKey])).resolves.toBeDefined();
  await expect(read(both, [other.publicKey])).rejects.toThrow('no key that is known here signed it');
  await expect(read(both, [])).rejects.toThrow('no key that is known here signed it');
});

it('is refused when any one byte that carries something is another', async () => {
  const plain = gunzipSync(readFileSync(await written()));
  const places = ['"sha256"', '#!/bin/sh', 'aaaa', 'lib/a.mjs\0'].map((text) => plain.lastIndexOf(text));
  for (const place of places) {
    const altered = Buffer.from(plain);
    altered[place + 1] = (altered[place + 1] ?? 0) ^ 1;
    await expect(read(gzipSync(altered)), `byte ${place}`).rejects.toThrow();
  }
});

it('is refused when cut short, wherever, and leaves no folder', async () => {
  const path = await written();
  const whole = readFileSync(path);
  const plain = gunzipSync(whole);
  for (const cut of [
    whole.subarray(0, whole.length - 9),
    whole.subarray(0, 40),
    gzipSync(plain.subarray(0, 2600)),
  ]) {
    writeFileSync(path, cut);
    await expect(unpackArchive(path, join(folder, 'out'), rules())).rejects.toThrow();
    expect(readdirSync(folder).sort()).toEqual(['release.tar.gz', 'src']);
  }
});

it('holds regular files in the order that was signed, and nothing else', async () => {
  const [run] = files;
  if (!run) throw new Error('no file');
  const text = '#!/bin/sh\n';
  await expect(read(signedWith([run], [['bin/run', text]]))).resolves.toBeDefined();
  await expect(read(signedWith([run], [['bin/run', text, '2']]))).rejects.toThrow('no regular file');
  await expect(read(signedWith([run], [['bin/run', text, '1']]))).rejects.toThrow('no regular file');
  await expect(read(signedWith([run], [['../run', text]]))).rejects.toThrow('where bin/run belongs');
  await expect(
    read(
      signedWith(
        [run],
        [
          ['bin/run', text],
          ['more', 'x'],
        ],
      ),
    ),
  ).rejects.toThrow('more follows');
  await expect(read(signedWith([run], []))).rejects.toThrow('ends before bin/run');
});

it('is refused before the first file when it is too big', async () => {
  const big = { path: 'big', bytes: 10_001, sha256: '0'.repeat(64), program: false };
  await expect(read(signedWith([big], []))).rejects.toThrow('unpacks to 10001 bytes; 10000 are allowed');
});

it('takes no place that is taken', async () => {
  mkdirSync(join(folder, 'out'));
  await expect(unpackArchive(await written(), join(folder, 'out'), rules())).rejects.toThrow(
    'exists already',
  );
  expect(existsSync(join(folder, 'out.part'))).toBe(false);
});
