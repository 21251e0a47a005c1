/** The machine's disk: Debian with systemd, this repository at /opt/branchline, and what the tests need in there. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const here = join(repository, 'tests/machine');
const home = join(repository, '.branchline/machine');

/** Where the parts of a machine lie. */
export interface Image {
  /** Debian and this repository; the installer has not run on it. */
  readonly root: string;
  /** What the installer has written. */
  readonly installed: string;
}

/** Of a box on which the installer has run, the uppermost first. */
export const layersOf = (image: Image): string[] => [join(image.installed, 'upper'), image.root];

/** What a technician is told to install, and below it what a Debian machine has anyway. */
const PACKAGES = [
  ...['curl', 'espeak-ng', 'gpiod', 'iproute2'],
  ...['systemd', 'systemd-sysv', 'udev', 'dbus', 'libpam-systemd', 'kmod', 'procps'],
];

export function imageOf(suite: string): Image {
  const work = join(home, suite);
  return {
    root: join(work, 'root'),
    installed: join(work, 'installed'),
  };
}

/** Debian and this repository. @throws with the last words of the program that failed, and what is missing on this machine */
export function makeRoot(suite: string, engineRoot: string): void {
  requireHost(engineRoot);
  const work = join(home, suite);
  mkdirSync(work, { recursive: true });
  const system = join(work, 'system');
  once(system, (part) => debian(part, suite, PACKAGES));
  const { root, installed } = imageOf(suite);
  for (const old of [root, installed]) rmSync(old, { recursive: true, force: true });
  furnish(root, system, engineRoot);
}

function requireHost(engineRoot: string): void {
  const missing = [
    ...(process.getuid?.() === 0 ? [] : ['root: the disk holds files of other accounts']),
    ...(existsSync('/usr/bin/mmdebstrap') ? [] : ['the Debian package mmdebstrap']),
    ...(existsSync(join(engineRoot, 'etc/branchline-root.json'))
      ? []
      : [`the engine's root at ${engineRoot}`]),
    ...(existsSync(join(repository, 'dist/firmware/main.mjs')) ? [] : ['programs: npm run build']),
  ];
  if (missing.length > 0) throw new Error(`this is missing here:\n  ${missing.join('\n  ')}`);
}

/** Whole or not at all, and kept for the next time. */
function once(path: string, make: (part: string) => void): void {
  if (existsSync(path)) return;
  rmSync(`${path}.part`, { recursive: true, force: true });
  make(`${path}.part`);
  renameSync(`${path}.part`, path);
}

function debian(dir: string, suite: string, packages: readonly string[]): void {
  console.log(`[machine] Debian ${suite}, once: ${packages.join(' ')}`);
  const leftOut = ['doc', 'man', 'locale'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  run('mmdebstrap', ['--variant=minbase', `--include=${packages.join(',')}`, ...leftOut, suite, dir]);
}

function furnish(root: string, system: string, engineRoot: string): void {
  // Names only: the files are read from where they lie, and nothing of them is changed.
  run('cp', ['-al', system, root]);
  const place = join(root, 'opt/branchline');
  mkdirSync(place);
  const left = ['.git', '.branchline', '.ci', 'coverage'];
  for (const name of readdirSync(repository))
    if (!left.includes(name)) run('cp', ['-al', join(repository, name), place]);
  mkdirSync(join(root, 'var/lib/branchline-engine'));
  run('cp', ['-a', `${engineRoot}/.`, join(root, 'var/lib/branchline-engine/root')]);
  mkdirSync(join(root, 'var/log/journal'), { recursive: true });
  for (const name of ['surroundings']) {
    const program = join(root, 'usr/local/sbin', `machine-${name}`);
    copyFileSync(join(here, `${name}.sh`), program);
    chmodSync(program, 0o755);
    const unit = `machine-${name}.service`;
    copyFileSync(join(here, unit), join(root, 'etc/systemd/system', unit));
    run('systemctl', [`--root=${root}`, 'enable', '--quiet', unit]);
  }
  rmSync(join(root, 'etc/hostname'), { force: true });
  writeFileSync(join(root, 'etc/hostname'), 'box\n');
}

function run(file: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(file, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${file} failed: ${error?.message ?? stderr.trim().slice(-800)}`);
}
