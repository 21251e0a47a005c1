import { createReadStream } from 'node:fs';
import { LARGEST_RELEASE, manifestOfText, type ReleaseManifest } from '@branchline/contracts/release';
import { readArchive } from '@branchline/runtime/signed-archive/read';
import { unpackArchive } from '@branchline/runtime/signed-archive/unpack';

const rules = (keys: readonly string[]) => ({
  keys,
  manifest: manifestOfText,
  atMost: LARGEST_RELEASE.unpacked,
});

export async function showRelease(file: string, keys: readonly string[]): Promise<void> {
  say(await readArchive(createReadStream(file), rules(keys)));
}

export async function unpackRelease(file: string, keys: readonly string[], into: string): Promise<void> {
  say(await unpackArchive(file, into, rules(keys)));
}

function say({ manifest, signer }: { manifest: ReleaseManifest; signer: string }): void {
  const bytes = manifest.files.reduce((sum, each) => sum + each.bytes, 0);
  const { version, commit, architecture, engine, schema, oldestBack, files } = manifest;
  console.log(`release ${version} (${commit}) for ${architecture}, signed by ${signer}
${files.length} files, ${(bytes / 1e6).toFixed(1)} MB; call engine from ${engine}
schema, and the oldest that goes back to: ${(['box', 'hq', 'access'] as const).map((of) => `${of} ${schema[of]} (${oldestBack[of]})`).join(', ')}`);
}
