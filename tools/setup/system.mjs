/** Debian's packages: what a command needs of them, and how they are brought. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from './programs.mjs';
import { during, fail } from './voice.mjs';

/** Debian's packages behind each need, and a file that shows they are there. */
const SYSTEM = {
  engine: [
    ['mmdebstrap', '/usr/bin/mmdebstrap'],
    ['uidmap', '/usr/bin/newuidmap'],
  ],
  // Its programs alone: tests start a server of their own.
  database: [['postgresql', '/usr/lib/postgresql']],
  speech: [['espeak-ng', '/usr/bin/espeak-ng']],
  emulator: [['qemu-system-x86', '/usr/bin/qemu-system-x86_64']],
  watchdog: [['curl', '/usr/bin/curl']],
  browser: [
    ['chromium', '/usr/bin/chromium'],
    ['fonts-noto-cjk', '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'],
  ],
};

/** Everything that any command needs: what the README names in one line. */
export const ALL = Object.values(SYSTEM).flatMap((packages) => packages.map(([name]) => name));

/** @param {readonly (keyof typeof SYSTEM)[]} needs @returns {string[]} names of packages that are not there */
export const missingOf = (needs) =>
  needs
    .flatMap((need) => SYSTEM[need])
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);

/** How to become root without a question; undefined when there is no such way. */
export function wayToRoot() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}

export const lineToType = (missing) => `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`;

/** @param {readonly string[]} missing names of packages @param {readonly string[]} asRoot what stands before each command */
export async function bringSystem(missing, asRoot) {
  let phrase = '';
  const apt = (...args) => {
    // A machine that has just started may be at its own upgrades: they are waited for.
    const [file, ...all] = [
      ...asRoot,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      ...['-o', 'DPkg::Lock::Timeout=300', '-o', 'APT::Status-Fd=1'],
      ...args,
    ];
    return run(file, all, { onLine: (line) => (phrase = progressOf(line) ?? phrase) });
  };
  const work = async () => {
    phrase = 'reading what Debian has';
    await apt('update');
    if (missing.includes('postgresql')) await noCluster(asRoot);
    return apt('install', '-y', '--no-install-recommends', ...missing);
  };
  const code = await during(`Debian's packages ${missing.join(', ')}, once`, work, () => phrase);
  if (code !== 0) fail(`could not install ${missing.join(', ')}. Type: ${lineToType(missing)}`);
}

/** Debian would make a database and start a server for it, which nobody here asked for. What an administrator has settled stays. */
function noCluster(asRoot) {
  const file = '/etc/postgresql-common/createcluster.conf';
  const script = `test -e ${file} || { mkdir -p ${dirname(file)} && echo 'create_main_cluster = false' > ${file}; }`;
  const [first, ...all] = [...asRoot, 'sh', '-c', script];
  return run(first, all, { onLine: () => undefined });
}

/** A line of apt's own progress report, in words; undefined for any other line. */
export function progressOf(line) {
  const [, kind, percent] = /^(dlstatus|pmstatus):[^:]*:([\d.]+):/.exec(line) ?? [];
  if (kind === undefined) return undefined;
  return `${kind === 'dlstatus' ? 'fetched' : 'set up'} ${Math.round(Number(percent))} %`;
}
