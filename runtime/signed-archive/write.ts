import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type ArchiveFile, MANIFEST, SIGNATURES } from './read.ts';
import type { Signature } from './signature.ts';
import { BLOCK, padding, tarHeader } from './tar.ts';

export interface ArchiveParts {
  manifest: Buffer;
  signatures: readonly Signature[];
  /** As the manifest lists them. */
  files: readonly ArchiveFile[];
  /** Where the files lie, by their paths. */
  folder: string;
}

/**
 * Writes a signed archive; the same parts give the same bytes.
 * @throws Error when a path is too long for ustar, or a file is gone.
 */
export async function writeArchive(path: string, parts: ArchiveParts): Promise<void> {
  await pipeline(Readable.from(blocks(parts)), createGzip({ level: 9 }), createWriteStream(path));
}

async function* blocks(parts: ArchiveParts): AsyncGenerator<Buffer> {
  yield* whole(MANIFEST, parts.manifest);
  yield* whole(SIGNATURES, Buffer.from(`${JSON.stringify(parts.signatures)}\n`));
  for (const file of parts.files) {
    yield headerOf(file.path, file.bytes, file.program);
    for await (const piece of createReadStream(join(parts.folder, file.path))) yield piece as Buffer;
    yield Buffer.alloc(padding(file.bytes));
  }
  yield Buffer.alloc(2 * BLOCK);
}

function* whole(name: string, content: Buffer): Generator<Buffer> {
  yield headerOf(name, content.length, false);
  yield content;
  yield Buffer.alloc(padding(content.length));
}

function headerOf(name: string, bytes: number, program: boolean): Buffer {
  const header = tarHeader({ name, bytes }, program);
  if (!header) throw new Error(`${name}: the path is too long for an archive; 100 characters, or 155/100`);
  return header;
}
