/**
 * Debian's mosquitto, as a peer and as the broker outside: installed or else fetched and unpacked beside the repository's other things, with the
 * libraries that are missing. Nothing is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface Mosquitto {
  readonly file: string;
  readonly version: string;
  /** Where its libraries are, for LD_LIBRARY_PATH; empty when the system has them. */
  readonly libraries: string;
}

const INSTALLED = '/usr/sbin/mosquitto';
/** How deep packages need packages. */
const MOST_TURNS = 4;

/**
 * Several may ask for it at once: each fetches into a folder of its own, and the first to have it whole puts it in place.
 * @throws saying how to get it.
 */
export function bringMosquitto(dir: string): Mosquitto {
  if (existsSync(INSTALLED)) return { file: INSTALLED, version: versionOf(INSTALLED, ''), libraries: '' };
  if (!isWhole(join(dir, 'root'))) {
    mkdirSync(dirname(dir), { recursive: true });
    const own = mkdtempSync(`${dir}-`);
    try {
      fetchWhole(own);
      if (!isWhole(join(dir, 'root'))) {
        rmSync(dir, { recursive: true, force: true });
        renameSync(own, dir);
      }
    } catch (error) {
      if (!isWhole(join(dir, 'root')))
        throw new Error(
          `Debian's mosquitto is needed here, and it could not be fetched: ${error instanceof Error ? error.message : String(error)}. Type: sudo apt-get install mosquitto && sudo systemctl disable --now mosquitto`,
          { cause: error },
        );
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  }
  const root = join(dir, 'root');
  const libraries = librariesOf(root);
  const file = join(root, INSTALLED);
  return { file, version: versionOf(file, libraries), libraries };
}

function isWhole(root: string): boolean {
  const file = join(root, INSTALLED);
  return existsSync(file) && missingOf(file, root).length === 0;
}

function fetchWhole(dir: string): void {
  const root = join(dir, 'root');
  const file = join(root, INSTALLED);
  fetchAndUnpack(['mosquitto'], dir, root);
  for (let turn = 0; turn < MOST_TURNS && missingOf(file, root).length > 0; turn += 1)
    fetchAndUnpack(neededBy(dir), dir, root);
  const missing = missingOf(file, root);
  if (missing.length > 0) throw new Error(`it lacks ${missing.join(', ')}`);
}

function fetchAndUnpack(packages: readonly string[], dir: string, root: string): void {
  mkdirSync(dir, { recursive: true });
  const before = new Set(debsOf(dir));
  run('apt-get', ['download', ...packages], dir);
  for (const deb of debsOf(dir)) if (!before.has(deb)) run('dpkg', ['-x', join(dir, deb), root], dir);
}

/** Libraries that what has been fetched depends on, and that are neither installed nor fetched. */
function neededBy(dir: string): string[] {
  const debs = debsOf(dir);
  const names = debs
    .flatMap((deb) => run('dpkg', ['-f', join(dir, deb), 'Depends'], dir).split(','))
    .map(
      (need) =>
        (need.split('|')[0] ?? '')
          .replace(/\(.*\)/, '')
          .trim()
          .split(':')[0] ?? '',
    );
  const needed = [...new Set(names)].filter(
    (name) => name.startsWith('lib') && !isInstalled(name) && !debs.some((deb) => deb.startsWith(`${name}_`)),
  );
  if (needed.length === 0) throw new Error('it lacks libraries that no package of its needs brings');
  return needed;
}

const debsOf = (dir: string): string[] => readdirSync(dir).filter((name) => name.endsWith('.deb'));

const isInstalled = (name: string): boolean =>
  spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' }).stdout.includes(
    'ok installed',
  );

function librariesOf(root: string): string {
  const places = ['usr/lib', 'lib'].map((place) => join(root, place)).filter((place) => existsSync(place));
  const inside = places.flatMap((place) =>
    readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
      .map((entry) => join(place, entry.name)),
  );
  return inside.join(delimiter);
}

function missingOf(file: string, root: string): string[] {
  const { stdout } = spawnSync('ldd', [file], {
    encoding: 'utf8',
    env: { ...process.env, LD_LIBRARY_PATH: librariesOf(root) },
  });
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, name = '']) => name);
}

function versionOf(file: string, libraries: string): string {
  const { stdout } = spawnSync(file, ['-h'], {
    encoding: 'utf8',
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
  });
  return /version (\S+)/.exec(stdout)?.[1] ?? 'of an unknown version';
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}
