/** The machine's disk: Debian with a kernel and systemd, this repository at /opt/branchline, and what the tests need in there. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
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

export interface Image {
  readonly kernel: string;
  readonly initrd: string;
  readonly disk: string;
}

/** What a technician is told to install, and below it what a Debian machine has anyway. */
const PACKAGES = [
  ...['curl', 'espeak-ng', 'gpiod', 'iproute2'],
  ...['linux-image-amd64', 'systemd', 'systemd-sysv', 'udev', 'dbus', 'libpam-systemd', 'kmod', 'procps'],
];
const BUILDER_PACKAGES = ['gcc', 'make', 'xz-utils', 'linux-headers-amd64', 'linux-source'];
/** Room on the disk beside what is put there. */
const DISK = '6G';

export function imageOf(suite: string): Image {
  const work = join(home, suite);
  return {
    disk: join(work, 'disk.img'),
    kernel: join(work, 'system/vmlinuz'),
    initrd: join(work, 'system/initrd.img'),
  };
}

/** @throws with the last words of the program that failed, and what is missing on this machine. */
export function makeImage(suite: string, engineRoot: string): void {
  requireHost(engineRoot);
  const work = join(home, suite);
  mkdirSync(work, { recursive: true });
  const system = join(work, 'system');
  once(system, (part) => debian(part, suite, PACKAGES));
  const release = only(readdirSync(join(system, 'lib/modules')), 'kernel');
  const module = join(work, 'gpio-sim.ko');
  once(module, (part) => buildModule(join(work, 'builder'), suite, release, part));
  const root = join(work, 'root');
  rmSync(root, { recursive: true, force: true });
  furnish({ root, system, release, module, engineRoot });
  const { disk } = imageOf(suite);
  rmSync(disk, { force: true });
  run('mke2fs', ['-q', '-t', 'ext4', '-d', root, disk, DISK]);
  rmSync(root, { recursive: true });
}

function requireHost(engineRoot: string): void {
  const missing = [
    ...(process.getuid?.() === 0 ? [] : ['root: the disk holds files of other accounts']),
    ...(existsSync('/usr/bin/qemu-system-x86_64') ? [] : ['the Debian package qemu-system-x86']),
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

/** From Debian's own source of the kernel that the machine runs. */
function buildModule(builder: string, suite: string, release: string, target: string): void {
  debian(builder, suite, BUILDER_PACKAGES);
  const sources = join(builder, 'usr/src');
  const headers = `linux-headers-${release}`;
  if (!existsSync(join(sources, headers)))
    throw new Error(`Debian has a newer kernel than ${release} meanwhile: remove ${home} and try again`);
  const archive = only(
    readdirSync(sources).filter((name) => /^linux-source-[\d.]+\.tar\.xz$/.test(name)),
    'source',
  );
  const room = join(builder, 'root/gpio-sim');
  mkdirSync(room);
  const wanted = ['*/drivers/gpio/gpio-sim.c', '*/kernel/irq/irq_sim.c'];
  run('tar', ['-xJf', join(sources, archive), '-C', room, '--strip-components=1', '--wildcards', ...wanted]);
  renameSync(join(room, 'drivers/gpio/gpio-sim.c'), join(room, 'chip.c'));
  // A module cannot reach the descriptor of an interrupt; its number leads to the same handler.
  const numbered = 's/handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq(irqnum)/';
  run('sed', ['-i', numbered, join(room, 'kernel/irq/irq_sim.c')]);
  renameSync(join(room, 'kernel/irq/irq_sim.c'), join(room, 'irq_sim.c'));
  copyFileSync(join(here, 'gpio-sim.mk'), join(room, 'Makefile'));
  run('chroot', [builder, 'make', '-s', '-C', `/usr/src/${headers}`, 'M=/root/gpio-sim', 'modules']);
  copyFileSync(join(room, 'gpio-sim.ko'), target);
  rmSync(builder, { recursive: true });
}

interface Furniture {
  readonly root: string;
  readonly system: string;
  readonly release: string;
  readonly module: string;
  readonly engineRoot: string;
}

function furnish({ root, system, release, module, engineRoot }: Furniture): void {
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
  cpSync(module, join(root, 'lib/modules', release, 'gpio-sim.ko'));
  for (const name of ['agent', 'surroundings']) {
    const program = join(root, 'usr/local/sbin', `machine-${name}`);
    copyFileSync(join(here, `${name}.sh`), program);
    chmodSync(program, 0o755);
    const unit = `machine-${name}.service`;
    copyFileSync(join(here, unit), join(root, 'etc/systemd/system', unit));
    run('systemctl', [`--root=${root}`, 'enable', '--quiet', unit]);
  }
  rmSync(join(root, 'etc/hostname'), { force: true });
  writeFileSync(join(root, 'etc/hostname'), 'box\n');
  rmSync(join(root, 'etc/fstab'), { force: true });
  writeFileSync(join(root, 'etc/fstab'), '/dev/vda / ext4 rw,relatime 0 1\n');
  run('chroot', [root, 'depmod', release]);
}

function only(names: readonly string[], what: string): string {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) throw new Error(`one ${what} expected: ${names.join(', ')}`);
  return name;
}

function run(file: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(file, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${file} failed: ${error?.message ?? stderr.trim().slice(-800)}`);
}
