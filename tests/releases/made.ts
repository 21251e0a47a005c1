/** For tests: releases of a few files, signed by keys of the test's own. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ReleaseManifest } from '@branchline/contracts/release';
import { signText } from '@branchline/runtime/signed-archive/signature';
import { writeArchive } from '@branchline/runtime/signed-archive/write';

export const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'x64';
const ONES = { box: 1, hq: 1, access: 1 };

/** Paths with their contents; a script is a program. */
export type Files = Readonly<Record<string, string | Buffer>>;

export async function madeRelease(
  files: Files,
  privateKey: string,
  head: Partial<ReleaseManifest> & Pick<ReleaseManifest, 'version'>,
): Promise<Buffer> {
  const dir = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const listed = Object.entries(files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, content]) => filed(dir, path, Buffer.from(content)));
    const manifest: ReleaseManifest = {
      ...{ v: 1, commit: 'c'.repeat(40), architecture: ARCHITECTURE, engine: '22.10.1' },
      ...{ schema: ONES, oldestBack: ONES, ...head, files: listed },
    };
    const text = Buffer.from(JSON.stringify(manifest));
    const path = join(dir, 'release.tar.gz');
    const signatures = [signText(text, privateKey)];
    await writeArchive(path, { manifest: text, signatures, files: listed, folder: join(dir, 'files') });
    return readFileSync(path);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function filed(dir: string, path: string, content: Buffer): ReleaseManifest['files'][number] {
  const place = join(dir, 'files', path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { path, bytes: content.length, sha256, program: content.subarray(0, 2).equals(Buffer.from('#!')) };
}
