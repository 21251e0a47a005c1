import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ReleaseManifest, releaseManifest } from '@branchline/contracts/release';
import { signText } from '@branchline/runtime/signed-archive/signature';
import { writeArchive } from '@branchline/runtime/signed-archive/write';
import { type Migration, oldestBackOf } from '@branchline/runtime/sqlite';
import { accessMigrations } from '@branchline/runtime/web/access-store';
import { migrations as hqMigrations } from '../../controller/store/migrations.ts';
import { OLDEST_ENGINE } from '../../firmware/engine/root/recipe.ts';
import { migrations as boxMigrations } from '../../firmware/store/migrations.ts';
import { VERSION } from '../../firmware/version.ts';
import { buildPages, buildServices, LEFT_IN_PLACE } from '../build.ts';
import { repository } from '../processes.ts';
import { type Content, contentsOf } from './contents.ts';

/** Builds what is committed and writes it as a signed release. @throws Error when something is not committed. */
export async function buildRelease(path: string, privateKeys: readonly string[]): Promise<void> {
  const commit = committed();
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  await buildServices();
  buildPages();
  await packRelease(path, contentsOf(repository, LEFT_IN_PLACE, architecture), privateKeys, {
    v: 1,
    version: VERSION,
    commit,
    architecture,
    engine: OLDEST_ENGINE,
    schema: schemasBy((migrations) => migrations.length),
    oldestBack: schemasBy(oldestBackOf),
  });
  console.log(path);
}

const schemasBy = (what: (migrations: readonly Migration[]) => number): ReleaseManifest['schema'] => ({
  box: what(boxMigrations),
  hq: what(hqMigrations),
  access: what(accessMigrations),
});

/** The files are copied aside first, so that what is hashed is what is packed. */
export async function packRelease(
  path: string,
  contents: readonly Content[],
  privateKeys: readonly string[],
  head: Omit<ReleaseManifest, 'files'>,
): Promise<void> {
  const folder = mkdtempSync(`${path}.part-`);
  try {
    const files = contents.map((content) => filed(folder, content));
    const manifest = Buffer.from(JSON.stringify(releaseManifest.parse({ ...head, files }), null, 1));
    const signatures = privateKeys.map((key) => signText(manifest, key));
    await writeArchive(path, { manifest, signatures, files, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function filed(folder: string, content: Content): ReleaseManifest['files'][number] {
  const place = join(folder, content.path);
  mkdirSync(dirname(place), { recursive: true });
  copyFileSync(content.from, place);
  const bytes = readFileSync(place);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  // By its content, as the bits of a working tree differ from machine to machine.
  const program = bytes.subarray(0, 2).equals(Buffer.from('#!')) || isProgram(content.path);
  return { path: content.path, bytes: bytes.length, sha256, program };
}

const isProgram = (path: string): boolean => path === 'node_modules/.bin/node';

function committed(): string {
  const changed = git('status', '--porcelain');
  if (changed !== '') throw new Error(`a release is of a commit, and these are not committed:\n${changed}`);
  return git('rev-parse', 'HEAD');
}

function git(...args: string[]): string {
  const result = spawnSync('git', args, { cwd: repository, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr || String(result.error)}`);
  return result.stdout.trim();
}
