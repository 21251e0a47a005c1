import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { type Signature, signerOf } from './signature.ts';
import { BLOCK, padding, readHeader } from './tar.ts';

export interface ArchiveFile {
  path: string;
  bytes: number;
  sha256: string;
  program: boolean;
}

export interface ArchiveRules<M extends { files: readonly ArchiveFile[] }> {
  /** Public keys as PEM; one of them must have signed. */
  keys: readonly string[];
  /** The manifest's text as what it says. @throws when it does not fit. */
  manifest(text: string): M;
  /** Of all files unpacked together, in bytes. */
  atMost: number;
  /** Asked once, when the signature is good and before the first file. A throw ends the reading. */
  begin?(manifest: M): Promise<void>;
  /** Takes one file; what it gets is not yet held against its sha256. It must take all pieces. */
  take?(file: ArchiveFile, pieces: AsyncIterable<Buffer>): Promise<void>;
}

export const MANIFEST = 'manifest.json';
export const SIGNATURES = 'signatures.json';
const MANIFEST_AT_MOST = 8_388_608;
const SIGNATURES_AT_MOST = 16_384;

/** The archive is not what a known key signed. The message says what is wrong with it. */
export class ArchiveRefused extends Error {}

/**
 * Reads a signed archive to its end: manifest, signatures, then each file of the manifest in its order and nothing else.
 * Nothing of a manifest is believed, and no file given on, before its signature is good.
 * @returns the manifest and the key that signed it, once every byte was held against it.
 * @throws ArchiveRefused for what the archive is; whatever `begin` or `take` throws.
 */
export async function readArchive<M extends { files: readonly ArchiveFile[] }>(
  source: Readable,
  rules: ArchiveRules<M>,
): Promise<{ manifest: M; signer: string }> {
  const plain = new PassThrough();
  // A fault of the source or of gzip ends the reading below, which says it.
  const unzipping = pipeline(source, createGunzip(), plain).catch((fault: unknown) => {
    plain.destroy(new ArchiveRefused(`it cannot be unpacked: ${String(fault)}`, { cause: fault }));
  });
  try {
    return await readMembers(new ByteReader(plain), rules);
  } finally {
    source.destroy();
    plain.destroy();
    await unzipping;
  }
}

async function readMembers<M extends { files: readonly ArchiveFile[] }>(
  reader: ByteReader,
  rules: ArchiveRules<M>,
): Promise<{ manifest: M; signer: string }> {
  const text = await small(reader, MANIFEST, MANIFEST_AT_MOST);
  const signatures = signaturesOf(await small(reader, SIGNATURES, SIGNATURES_AT_MOST));
  const signer = signerOf(text, signatures, rules.keys);
  if (signer === undefined)
    throw new ArchiveRefused(
      `no key that is known here signed it; it names ${signatures.map((each) => each.key).join(', ') || 'none'}`,
    );
  const manifest = manifestOf(text, rules);
  const all = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  if (all > rules.atMost) throw new ArchiveRefused(`it unpacks to ${all} bytes; ${rules.atMost} are allowed`);
  await rules.begin?.(manifest);
  for (const file of manifest.files) await readFile(reader, file, rules);
  // To the stream's own end: gzip's checksum stands behind the last block, and is held against only there.
  const rest = await reader.read(3 * BLOCK);
  if (rest.length < 2 * BLOCK) throw new ArchiveRefused('it ends before its end is marked');
  if (rest.length > 2 * BLOCK || rest.some((byte) => byte !== 0))
    throw new ArchiveRefused('more follows the last file');
  return { manifest, signer };
}

async function readFile<M extends { files: readonly ArchiveFile[] }>(
  reader: ByteReader,
  file: ArchiveFile,
  rules: ArchiveRules<M>,
): Promise<void> {
  await member(reader, file.path, file.bytes, file.bytes);
  const hash = createHash('sha256');
  let taken = 0;
  const pieces = (async function* () {
    for await (const piece of reader.stretch(file.bytes)) {
      hash.update(piece);
      taken += piece.length;
      yield piece;
    }
  })();
  if (rules.take) await rules.take(file, pieces);
  else for await (const piece of pieces) void piece;
  if (taken !== file.bytes) throw new ArchiveRefused(`it ends in the middle of ${file.path}`);
  if (hash.digest('hex') !== file.sha256)
    throw new ArchiveRefused(`${file.path} is not what was signed: its sha256 differs`);
  await reader.read(padding(file.bytes));
}

/** A member that is read as a whole. */
async function small(reader: ByteReader, name: string, atMost: number): Promise<Buffer> {
  const bytes = await member(reader, name, 1, atMost);
  const text = await reader.read(bytes);
  if (text.length !== bytes) throw new ArchiveRefused(`it ends in the middle of ${name}`);
  await reader.read(padding(bytes));
  return text;
}

async function member(reader: ByteReader, name: string, least: number, most: number): Promise<number> {
  const header = readHeader(await reader.read(BLOCK));
  if (header === 'end') throw new ArchiveRefused(`it ends before ${name}`);
  if ('refused' in header) throw new ArchiveRefused(header.refused);
  if (header.name !== name)
    throw new ArchiveRefused(`it has ${JSON.stringify(header.name)} where ${name} belongs`);
  if (header.bytes < least || header.bytes > most)
    throw new ArchiveRefused(`${name} has ${header.bytes} bytes; ${least} to ${most} belong there`);
  return header.bytes;
}

function signaturesOf(text: Buffer): Signature[] {
  try {
    const read: unknown = JSON.parse(text.toString('utf8'));
    if (Array.isArray(read) && read.every(isSignature)) return read;
  } catch {
    // Said below.
  }
  throw new ArchiveRefused(`${SIGNATURES} is no list of signatures`);
}

const isSignature = (each: unknown): each is Signature =>
  typeof each === 'object' &&
  each !== null &&
  'key' in each &&
  typeof each.key === 'string' &&
  'signature' in each &&
  typeof each.signature === 'string';

function manifestOf<M extends { files: readonly ArchiveFile[] }>(text: Buffer, rules: ArchiveRules<M>): M {
  try {
    return rules.manifest(text.toString('utf8'));
  } catch (fault) {
    throw new ArchiveRefused(`${MANIFEST} does not fit: ${String(fault)}`, { cause: fault });
  }
}
