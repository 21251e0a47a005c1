/** Files of the root side: read without following what the service could have put there, written whole or not at all. */
import {
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { LARGEST_RELEASE, manifestOfText, releaseVersion } from '@branchline/contracts/release';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import { keysIn } from '@branchline/runtime/signed-archive/keys';
import { ArchiveRefused } from '@branchline/runtime/signed-archive/read';
import { unpackArchive } from '@branchline/runtime/signed-archive/unpack';
import { CURRENT, GOOD, read, ROOT_FILE, rootState, SERVICE_FILES, type RootState } from '../handover.ts';

export interface RootPlaces {
  /** Root's own: a folder for each release, links, the state. */
  readonly releases: string;
  /** The service's: what it wishes, and the archive. */
  readonly service: string;
  readonly keys: string;
}

const SMALL = 4_096;
/** Left free on the disk of the releases, bytes. */
const SPARE = 268_435_456;

/** @throws Error where this machine was not made ready for releases */
export function loadState({ releases }: RootPlaces): RootState {
  const text = readIfThere(join(releases, ROOT_FILE));
  const known = read(rootState, text);
  if (known) return known;
  const current = releaseVersion.safeParse(linked(releases, CURRENT));
  if (current.success)
    return {
      ...{ v: 1, current: current.data, confirmed: true, previous: null },
      ...{ wish: null, refused: null, wentBack: null, watches: 0 },
    };
  throw new Error(
    `${join(releases, CURRENT)} names no release: have install.sh box --releases make this machine ready`,
  );
}

export const saveState = ({ releases }: RootPlaces, state: RootState): void =>
  writeFileAtomic(join(releases, ROOT_FILE), `${JSON.stringify(state, null, 1)}\n`);

/** A file that the service wrote, as text; undefined for none, and for what is no small regular file. */
export function smallFile({ service }: RootPlaces, name: keyof typeof SERVICE_FILES): string | undefined {
  const file = openPlain(join(service, SERVICE_FILES[name]));
  if (file === undefined) return undefined;
  try {
    return fstatSync(file).size > SMALL ? undefined : readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Neither a link is followed nor a pipe waited for. */
function openPlain(path: string): number | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  return undefined;
}

/**
 * Unpacks the service's archive as `version`, when a key of root's own signed it and it is that version, for this machine.
 * @throws Error that says why not
 */
export async function unpackWished(places: RootPlaces, version: string): Promise<void> {
  const keys = keysIn(places.keys);
  if (keys.length === 0)
    throw new Error(`there is no key in ${places.keys}: put the public key of the releases there`);
  const archive = archiveOf(places);
  const folder = join(places.releases, version);
  rmSync(folder, { recursive: true, force: true });
  await unpackArchive(archive, folder, {
    ...{ keys, manifest: manifestOfText, atMost: LARGEST_RELEASE.unpacked },
    begin: ({ version: signed, architecture, files }) => {
      if (signed !== version)
        throw new ArchiveRefused(`it is release ${signed}, and ${version} was wished for`);
      if (architecture !== process.arch)
        throw new ArchiveRefused(`it is for ${architecture}, and this machine is ${process.arch}`);
      const needed = files.reduce((sum, file) => sum + file.bytes, SPARE);
      const { bavail, bsize } = statfsSync(places.releases);
      if (bavail * bsize < needed)
        throw new ArchiveRefused(
          `${places.releases} has ${bavail * bsize} bytes free, and ${needed} are needed`,
        );
      return Promise.resolve();
    },
  });
}

function archiveOf({ service }: RootPlaces): Readable {
  const path = join(service, SERVICE_FILES.archive);
  const file = openPlain(path);
  if (file === undefined) throw new Error(`${path} is not there, or is no plain file`);
  return createReadStream('', { fd: file });
}

const linked = (releases: string, link: string): string => {
  try {
    return readlinkSync(join(releases, link));
  } catch {
    return '';
  }
};

export const isCurrent = ({ releases }: RootPlaces, version: string): boolean =>
  linked(releases, CURRENT) === version;

/** The links as the state has them: at any moment there is one, old or new. */
export function link({ releases }: RootPlaces, { current, confirmed, previous }: RootState): void {
  const good = confirmed ? current : previous?.good ? previous.version : undefined;
  for (const [name, version] of [
    [CURRENT, current],
    [GOOD, good],
  ] as const) {
    if (version === undefined || linked(releases, name) === version) continue;
    if (!existsSync(join(releases, version))) throw new Error(`${join(releases, version)} is not there`);
    const aside = join(releases, `${name}.new`);
    rmSync(aside, { force: true });
    symlinkSync(version, aside);
    renameSync(aside, join(releases, name));
  }
}

/** Whatever is no release that may yet run; what root did not put there stays. */
export function dropOthers({ releases }: RootPlaces, { current, previous }: RootState): void {
  for (const name of readdirSync(releases)) {
    const version = name.replace(/\.part$/, '');
    if (!releaseVersion.safeParse(version).success) continue;
    if (name === version && (version === current || version === previous?.version)) continue;
    rmSync(join(releases, name), { recursive: true, force: true });
  }
}
