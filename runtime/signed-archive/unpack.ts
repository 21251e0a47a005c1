import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { hasCode } from '../atomic-file.ts';
import { type ArchiveFile, type ArchiveRules, readArchive } from './read.ts';

/**
 * Unpacks a signed archive. The folder is there, whole and on disk, or not at all: it is filled under another name and renamed.
 * @param folder must not exist; its parent must.
 * @throws ArchiveRefused for what the archive is; Error when the folder exists or the disk refuses.
 */
export async function unpackArchive<M extends { files: readonly ArchiveFile[] }>(
  archive: string | Readable,
  folder: string,
  rules: Pick<ArchiveRules<M>, 'keys' | 'manifest' | 'atMost' | 'begin'>,
): Promise<{ manifest: M; signer: string }> {
  await refuseTaken(folder);
  const part = `${folder}.part`;
  // Left by an unpacking that was killed.
  await rm(part, { recursive: true, force: true });
  try {
    await mkdir(part, { mode: 0o755 });
    const read = await readArchive(typeof archive === 'string' ? createReadStream(archive) : archive, {
      ...rules,
      take: (file, pieces) => putFile(join(part, file.path), file.program, pieces),
    });
    const folders = new Set(read.manifest.files.flatMap((file) => foldersOf(file.path)));
    for (const each of [...folders, '.']) await flush(join(part, each));
    await rename(part, folder);
    await flush(dirname(folder));
    return read;
  } catch (fault) {
    await rm(part, { recursive: true, force: true });
    throw fault;
  }
}

async function putFile(path: string, program: boolean, pieces: AsyncIterable<Buffer>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  // 'wx': nothing that is there is written over, nor followed.
  const file = await open(path, 'wx', program ? 0o755 : 0o644);
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** 'a/b/c' has the folders 'a' and 'a/b'. */
function foldersOf(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, at) => names.slice(0, at + 1).join('/'));
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename would take the place of an empty folder without a word. */
async function refuseTaken(folder: string): Promise<void> {
  const there = await lstat(folder).catch((fault: unknown) => {
    if (hasCode(fault, 'ENOENT')) return undefined;
    throw fault;
  });
  if (there) throw new Error(`${folder} exists already: name a folder that does not exist`);
}
